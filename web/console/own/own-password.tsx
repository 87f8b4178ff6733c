import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Field, Section, Tag } from '../../parts/index.ts'
import type { OfferedApp, OperatorCodes } from '../answers.ts'
import { ActButton, ActDialog, type Typed } from '../parts/index.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { AppFields } from './app-fields.tsx'

type Codes = { readonly onCodes: (codes: readonly string[]) => void }
type Asked = { readonly what: 'password' | 'drop' } | { readonly what: 'app' | 'both'; readonly app: OfferedApp }

const PASSWORD = '/operator/auth/password'
const APP = '/operator/auth/totp'
const digits = ({ code = '' }: Typed): string => code.replaceAll(' ', '')

/** A password with an authenticator app: set, changed and taken away together, as there is no password alone. */
export function OwnPassword({ onCodes }: Codes) {
  const words = useWords().own
  const { ways } = useSession()
  const [asked, setAsked] = useState<Asked>()
  const isSet = ways.includes('password')
  const offer = async (what: 'app' | 'both') => setAsked({ what, app: await call<OfferedApp>(APP, { method: 'POST' }) })
  const onClose = () => setAsked(undefined)
  return (
    <Section title={words.password}>
      <p className="row">
        {isSet ? <Tag kind="good">{words.on}</Tag> : <Tag>{words.off}</Tag>}
        <span className="faint">{isSet ? words.passwordOn : words.passwordOff}</span>
      </p>
      <div className="row">
        {isSet ? (
          <>
            <button type="button" onClick={() => setAsked({ what: 'password' })}>
              {words.changePassword}
            </button>
            <ActButton name={words.changeApp} run={() => offer('app')} />
            {ways.length > 1 && (
              <button type="button" className="plain grave" onClick={() => setAsked({ what: 'drop' })}>
                {words.drop}
              </button>
            )}
          </>
        ) : (
          <ActButton name={words.setPassword} run={() => offer('both')} />
        )}
      </div>
      {asked?.what === 'password' && <ChangePassword onCodes={onCodes} onClose={onClose} />}
      {asked?.what === 'drop' && <DropPassword onClose={onClose} />}
      {(asked?.what === 'app' || asked?.what === 'both') && (
        <SetApp app={asked.app} hasPassword={asked.what === 'both'} onCodes={onCodes} onClose={onClose} />
      )}
    </Section>
  )
}

function ChangePassword({ onCodes, onClose }: Codes & { readonly onClose: () => void }) {
  const words = useWords().own
  return (
    <ActDialog
      title={words.changePassword}
      act={words.changePassword}
      fields={['password']}
      onClose={onClose}
      run={async (_, __, secret) =>
        onCodes((await call<OperatorCodes>(PASSWORD, { method: 'PUT', body: { password: secret('password') } })).recovery_codes)
      }
    >
      {(wrong) => (
        <Field
          label={words.newPassword}
          hint={words.passwordHint}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          autoFocus
          wrong={wrong('password')}
        />
      )}
    </ActDialog>
  )
}

function SetApp(about: Codes & { readonly app: OfferedApp; readonly hasPassword: boolean; readonly onClose: () => void }) {
  const { app, hasPassword, onCodes, onClose } = about
  const words = useWords().own
  const { setup } = app
  return (
    <ActDialog
      title={hasPassword ? words.setPassword : words.changeApp}
      act={hasPassword ? words.setPassword : words.changeApp}
      fields={['password']}
      onClose={onClose}
      run={async (typed, _, secret) => {
        const shown = { setup, code: digits(typed) }
        if (!hasPassword) return await call(APP, { method: 'PUT', body: shown })
        const body = { password: secret('password'), ...shown }
        return onCodes((await call<OperatorCodes>(PASSWORD, { method: 'PUT', body })).recovery_codes)
      }}
    >
      {(wrong) => <AppFields app={app} hasPassword={hasPassword} wrong={wrong('password')} />}
    </ActDialog>
  )
}

function DropPassword({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().own
  return (
    <ActDialog title={words.dropTitle} act={words.drop} isGrave onClose={onClose} run={() => call(PASSWORD, { method: 'DELETE' })}>
      {() => <p>{words.dropMeans}</p>}
    </ActDialog>
  )
}
