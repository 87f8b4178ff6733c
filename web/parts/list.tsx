import type { ReactNode } from 'react'

/** A column of a list: what it is called, what stands in it. */
export type Column<Entry> = {
  readonly head: string
  readonly cell: (entry: Entry) => ReactNode
  readonly isNumber?: boolean
  readonly isActs?: boolean
}

/** A table that becomes cards on a phone; `onOpen` makes its rows pressable, beside a button in them that does the same. */
export function List<Entry>(about: {
  readonly caption: string
  readonly columns: readonly Column<Entry>[]
  readonly entries: readonly Entry[]
  readonly keyOf: (entry: Entry) => string
  readonly onOpen?: (entry: Entry) => void
}) {
  const { caption, columns, entries, keyOf, onOpen } = about
  const classOf = ({ isNumber, isActs }: Column<Entry>) => (isNumber === true ? 'number' : isActs === true ? 'acts' : undefined)
  return (
    <div className="scroll">
      <table className="stack">
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
          {entries.map((entry) => (
            <tr key={keyOf(entry)} className={onOpen === undefined ? undefined : 'pressable'} onClick={onOpen && (() => onOpen(entry))}>
              {columns.map((column) => (
                <td key={column.head} className={classOf(column)} data-head={column.isActs === true ? '' : column.head}>
                  {column.cell(entry)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
