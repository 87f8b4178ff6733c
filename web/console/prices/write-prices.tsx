import { call } from '../../lib/call.ts'
import { Field } from '../../parts/index.ts'
import type { PriceImport } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import { toWrite } from './diff.tsx'

/** What is compared with the catalogue: the text of a list, or what upstreams ask, times a multiplier. */
export type Compared = { readonly text?: string; readonly multiplier: string; readonly only?: string }

/** Asks the server what a list would change; nothing is written. */
export const compare = (compared: Compared): Promise<PriceImport> =>
  call<PriceImport>('/operator/v1/prices/import', { method: 'POST', body: compared })

/** Writes a list that was compared, from a day on where one is chosen; `usualReason` stands where nobody has to be told. */
export function WritePrices(about: {
  readonly compared: Compared
  readonly result: PriceImport
  readonly usualReason?: string
  readonly onClose: () => void
  readonly onWritten: () => void
}) {
  const words = useWords().prices
  const { compared, result, usualReason = '', onClose, onWritten } = about
  const count = toWrite(result).length
  return (
    <ActDialog
      title={words.writeTitle(count)}
      act={words.writeAct(count)}
      fields={['effective_at', 'shorter_notice_reason']}
      onClose={onClose}
      onDone={onWritten}
      run={(typed, once) => {
        const day = typed['day'] === '' ? {} : { effective_at: `${typed['day']}T00:00:00Z` }
        const reason = typed['reason'] === '' ? {} : { shorter_notice_reason: typed['reason'] }
        return call('/operator/v1/prices/import', { method: 'POST', body: { ...compared, ...day, ...reason, apply: true }, once })
      }}
    >
      {(wrong) => (
        <>
          <p>{words.writeMeans(result.notice_days)}</p>
          <Field label={words.day} hint={words.dayHint} name="day" type="date" className="short" wrong={wrong('effective_at')} />
          {result.changes.some(({ is_rise: isRise }) => isRise) && (
            <Field
              label={words.reason}
              hint={words.reasonHint}
              name="reason"
              maxLength={500}
              defaultValue={usualReason}
              wrong={wrong('shorter_notice_reason')}
            />
          )}
        </>
      )}
    </ActDialog>
  )
}
