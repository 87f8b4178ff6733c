import { Field, Qr, Secret } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

/** An authenticator app to be set up, by a picture or by hand, and its first code; the password that comes with it where there is none yet. */
export function AppFields(about: {
  readonly app: { readonly secret: string; readonly uri: string }
  readonly hasPassword: boolean
  readonly wrong?: string | undefined
}) {
  const words = useWords().own
  return (
    <>
      {about.hasPassword && (
        <Field
          label={words.newPassword}
          hint={words.passwordHint}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          autoFocus
          wrong={about.wrong}
        />
      )}
      <p>{words.scan}</p>
      <Qr text={about.app.uri} label={words.scan} />
      <Secret text={about.app.secret} />
      <Field label={words.code} name="code" inputMode="numeric" autoComplete="one-time-code" required />
    </>
  )
}
