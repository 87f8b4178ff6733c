import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, Field, Notice, Section } from '../../parts/index.ts'
import type { OperatorEmail } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import { OwnAlarms } from './own-alarms.tsx'

/** Where an operator is written to, and how that is reached. */
export const EMAIL = '/operator/auth/email'

/** Where the operator is written to, which is changed by a link that goes to the new address. */
export function OwnEmail() {
  const words = useWords().own
  const [isAsked, setAsked] = useState(false)
  const [sentTo, setSentTo] = useState<string>()
  return (
    <Section title={words.email}>
      <Asked<OperatorEmail> path={EMAIL}>
        {({ email }) => (
          <>
            <p>{email ?? <span className="faint">{words.noEmail}</span>}</p>
            {sentTo !== undefined && (
              <Notice>
                <span>{words.emailSent(sentTo)}</span>
              </Notice>
            )}
            <div className="row">
              <button type="button" onClick={() => setAsked(true)}>
                {email === null ? words.setEmail : words.changeEmail}
              </button>
            </div>
            {isAsked && (
              <ActDialog
                title={email === null ? words.setEmail : words.changeEmail}
                act={words.mailLink}
                fields={['email']}
                onClose={() => setAsked(false)}
                run={async ({ email: typed = '' }) => {
                  await call(EMAIL, { method: 'POST', body: { email: typed } })
                  setSentTo(typed)
                }}
              >
                {(wrong) => (
                  <Field
                    label={words.newEmail}
                    hint={words.newEmailHint}
                    name="email"
                    type="email"
                    autoComplete="email"
                    required
                    autoFocus
                    wrong={wrong('email')}
                  />
                )}
              </ActDialog>
            )}
            {email !== null && <OwnAlarms />}
          </>
        )}
      </Asked>
    </Section>
  )
}
