import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { secretIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { useBrought } from '../../lib/use-brought.ts'
import { Choice, Failed, Field, Notice } from '../../parts/index.ts'
import type { ResetDone } from '../answers.ts'
import { Door } from '../door.tsx'
import { type MailedLink, readMailedLink } from '../mailed-link.ts'
import { useWords } from '../words/index.ts'

/** Which keys end with a reset, by how many days ago they were made at most. */
const DAYS = { day: 1, week: 7, month: 30, all: undefined } as const
type EndsKeys = 'none' | keyof typeof DAYS

const sinceOf = (what: keyof typeof DAYS): string => {
  const days = DAYS[what]
  return new Date(days === undefined ? 0 : Date.now() - days * 86_400_000).toISOString()
}

/** A forgotten password: a link is mailed, and sets a new one; keys that whoever was in may have made end with it where that is asked for. */
export function ResetPage() {
  const link = useBrought(readMailedLink)
  return <Reset key={link?.token ?? ''} link={link} />
}

function Reset({ link }: { readonly link: MailedLink | undefined }) {
  const words = useWords().reset
  const [done, setDone] = useState<readonly string[]>()
  const [endsKeys, setEndsKeys] = useState<EndsKeys>('none')
  const ask = useAct(async (email: string) => {
    await call('/api/auth/reset', { method: 'POST', body: { email } })
    setDone([words.sent(email)])
  })
  const change = useAct(async (password: string) => {
    const body = { token: link?.token, password, ...(endsKeys === 'none' ? {} : { end_keys_since: sinceOf(endsKeys) }) }
    const { ways, keys, members_joined: joined } = await call<ResetDone>('/api/auth/reset/confirm', { method: 'POST', body })
    setDone([words.changed, words.ways(ways), words.keys(keys), ...(joined === null ? [] : [words.joined(joined)])])
  })
  const act = link === undefined ? ask : change
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void act.run(secretIn(event.currentTarget, 'text'))
  }
  return (
    <Door
      title={words.title}
      foot={
        <p>
          <a href="/sign-in">{words.signIn}</a>
        </p>
      }
    >
      {done === undefined ? (
        <form onSubmit={submit}>
          {link === undefined ? (
            <Field label={words.email} name="text" type="email" autoComplete="email" required autoFocus />
          ) : (
            <Field
              label={words.password}
              hint={words.passwordHint}
              name="text"
              type="password"
              autoComplete="new-password"
              required
              autoFocus
            />
          )}
          {link !== undefined && <EndKeys value={endsKeys} onChange={setEndsKeys} />}
          {act.error !== undefined && <Failed error={act.error} />}
          <button type="submit" className="main" disabled={act.isRunning}>
            {link === undefined ? words.ask : words.change}
          </button>
        </form>
      ) : (
        <Notice kind="todo">
          {done.map((one) => (
            <span key={one}>{one}</span>
          ))}
        </Notice>
      )}
    </Door>
  )
}

/** Which keys are to end with the old password. */
function EndKeys({ value, onChange }: { readonly value: EndsKeys; readonly onChange: (chosen: EndsKeys) => void }) {
  const words = useWords().reset
  return (
    <Choice
      label={words.endKeys}
      hint={words.endKeysHint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as EndsKeys)}
    >
      {Object.entries(words.endKeysSince).map(([since, name]) => (
        <option key={since} value={since}>
          {name}
        </option>
      ))}
    </Choice>
  )
}
