import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Field, Qr, Secret, Section, Tag, usePartWords } from '../../parts/index.ts'
import type { RecoveryCodes, TotpSetup } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { KeepCodes } from './keep-codes.tsx'

/** An authenticator app, and the codes for when it is lost. */
export function TotpSection() {
  const words = useWords().security
  const profile = useSession()
  const client = useQueryClient()
  const [setup, setSetup] = useState<TotpSetup>()
  const [codes, setCodes] = useState<readonly string[]>([])
  const begin = useProven(useAct(async (): Promise<void> => setSetup(await call<TotpSetup>('/api/auth/totp', { method: 'POST' }))))
  const end = useProven(
    useAct(async (): Promise<void> => {
      await call('/api/auth/totp', { method: 'DELETE' })
      await client.invalidateQueries()
    }),
  )
  const renew = useProven(
    useAct(async (): Promise<void> => {
      setCodes((await call<RecoveryCodes>('/api/auth/recovery-codes', { method: 'POST' })).recovery_codes)
      await client.invalidateQueries()
    }),
  )
  const done = (made: readonly string[]) => {
    setSetup(undefined)
    setCodes(made)
    void client.invalidateQueries()
  }
  return (
    <Section title={words.totp}>
      <p className="row">
        {profile.has_totp ? <Tag kind="good">{words.on}</Tag> : <Tag>{words.off}</Tag>}
        <span className="faint">{words.codesLeft(profile.recovery_codes_left)}</span>
      </p>
      <div className="row">
        <button type="button" onClick={() => (profile.has_totp ? end : begin).run(undefined)}>
          {profile.has_totp ? words.turnOff : words.setUp}
        </button>
        {(profile.has_totp || profile.passkeys > 0) && (
          <button type="button" className="plain" onClick={() => renew.run(undefined)}>
            {words.newCodes}
          </button>
        )}
      </div>
      {Object.entries({ begin, end, renew }).map(([name, { error, dialog }]) => (
        <div key={name}>
          {error !== undefined && <Failed error={error} />}
          {dialog}
        </div>
      ))}
      {setup !== undefined && <SetUp setup={setup} onDone={done} onClose={() => setSetup(undefined)} />}
      {codes.length > 0 && <KeepCodes codes={codes} onClose={() => setCodes([])} />}
    </Section>
  )
}

function SetUp(about: { readonly setup: TotpSetup; readonly onDone: (codes: readonly string[]) => void; readonly onClose: () => void }) {
  const words = useWords().security
  const { cancel } = usePartWords()
  const confirm = useAct(async (code: string) => {
    about.onDone((await call<RecoveryCodes>('/api/auth/totp/confirm', { method: 'POST', body: { code } })).recovery_codes)
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void confirm.run(textIn(event.currentTarget, 'code').replaceAll(' ', ''))
  }
  return (
    <Dialog title={words.totp} onClose={about.onClose}>
      <p>{words.scan}</p>
      <Qr text={about.setup.uri} label={words.scan} />
      <Secret text={about.setup.secret} />
      <form onSubmit={submit}>
        <Field label={words.code} name="code" inputMode="numeric" autoComplete="one-time-code" required autoFocus />
        {confirm.error !== undefined && <Failed error={confirm.error} />}
        <div className="answers">
          <button type="button" onClick={about.onClose}>
            {cancel}
          </button>
          <button type="submit" className="main" disabled={confirm.isRunning}>
            {words.turnOn}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
