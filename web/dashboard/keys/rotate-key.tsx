import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Choice, Dialog, Failed, When } from '../../parts/index.ts'
import type { OwnKey, RotatedKey } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { Answers, calledOf, KEYS_PATH, MadeSecret, useKeysChanged } from './key-acts.tsx'

const HOURS = ['24', '1', '72', '168', '0'] as const

/** Gives a key another secret, and shows it once; the one before works for as long as is chosen. */
export function RotateKey({ apiKey, onClose }: { readonly apiKey: OwnKey; readonly onClose: () => void }) {
  const { rotate: words } = useWords().keys
  const changed = useKeysChanged()
  const [made, setMade] = useState<RotatedKey>()
  const [hours, setHours] = useState<string>('24')
  const rotate = useAct(async (body: { readonly overlapHours: number }, once) => {
    setMade(await call<RotatedKey>(`${KEYS_PATH}/${apiKey.id}/rotate`, { method: 'POST', body, once }))
    await changed()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void rotate.run({ overlapHours: Number(textIn(event.currentTarget, 'hours')) })
  }
  const name = calledOf(apiKey)
  if (made !== undefined)
    return (
      <MadeSecret title={words.done(name)} means={words.doneMeans} text={made.apiKey} onClose={onClose}>
        <span className="faint">
          {hours === '0' || made.oldSecretUntil === null ? (
            words.doneOver
          ) : (
            <>
              {words.both} <When at={made.oldSecretUntil} />.
            </>
          )}
        </span>
      </MadeSecret>
    )
  return (
    <Dialog title={words.title(name)} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{words.means}</p>
        <Choice
          {...{ label: words.overlap, hint: words.leaked, name: 'hours', className: 'short', value: hours }}
          onChange={(event) => setHours(event.currentTarget.value)}
        >
          {HOURS.map((one) => (
            <option key={one} value={one}>
              {words.hours[one]}
            </option>
          ))}
        </Choice>
        {rotate.error !== undefined && <Failed error={rotate.error} />}
        <Answers onClose={onClose} isRunning={rotate.isRunning} act={hours === '0' ? words.goNow : words.go} />
      </form>
    </Dialog>
  )
}
