import type { ReactNode } from 'react'

/** A column of a list: what it is called, what stands in it. */
export type Column<Entry> = {
  readonly head: string
  readonly cell: (entry: Entry) => ReactNode
  readonly isNumber?: boolean
  readonly isActs?: boolean
  /** Left out on a phone, where what a row opens has it too. */
  readonly isMinor?: boolean
  /** Never broken between lines, such as a word for a state. */
  readonly isWhole?: boolean
}

/** What a list is made of; `onOpen` makes its rows pressable, beside a button in them that does the same. */
export type ListAbout<Entry> = {
  readonly caption: string
  readonly columns: readonly Column<Entry>[]
  readonly entries: readonly Entry[]
  readonly keyOf: (entry: Entry) => string
  readonly onOpen?: (entry: Entry) => void
}

/** The part of a long list that is drawn: what stands above and below it, in pixels, which row it begins with, and of how many it is a part. */
type DrawnPart = { readonly abovePx: number; readonly belowPx: number; readonly first: number; readonly count: number }

/** A table that becomes cards on a phone. */
export function DrawnList<Entry>({ about, part }: { readonly about: ListAbout<Entry>; readonly part?: DrawnPart }) {
  const { caption, columns, entries, keyOf, onOpen } = about
  const classOf = ({ isNumber, isActs, isMinor, isWhole }: Column<Entry>) =>
    [isNumber === true && 'number', isActs === true && 'acts', isMinor === true && 'minor', isWhole === true && 'nowrap']
      .filter(Boolean)
      .join(' ') || undefined
  return (
    <div className="scroll">
      <table className="stack" aria-rowcount={part === undefined ? undefined : part.count + 1}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" className={classOf(column)}>
                {column.isActs === true ? <span className="unseen">{column.head}</span> : column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {part !== undefined && <Gap heightPx={part.abovePx} />}
          {entries.map((entry, index) => (
            <tr
              key={keyOf(entry)}
              className={onOpen === undefined ? undefined : 'pressable'}
              onClick={onOpen && (() => onOpen(entry))}
              aria-rowindex={part === undefined ? undefined : part.first + index + 2}
            >
              {columns.map((column) => (
                <td key={column.head} className={classOf(column)} data-head={column.isActs === true ? '' : column.head}>
                  <div className="cell">{column.cell(entry)}</div>
                </td>
              ))}
            </tr>
          ))}
          {part !== undefined && <Gap heightPx={part.belowPx} />}
        </tbody>
      </table>
    </div>
  )
}

/** As high as the rows that are not drawn. */
const Gap = ({ heightPx }: { readonly heightPx: number }) => (heightPx > 0 ? <tr className="gap" style={{ height: heightPx }} /> : null)
