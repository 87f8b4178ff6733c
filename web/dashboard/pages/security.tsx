import { Notice, Page } from '../../parts/index.ts'
import { Confined, useIsConfined } from '../confined.tsx'
import { useWords } from '../words/index.ts'
import { ChangeSection } from './security-changes.tsx'
import { IdentitySection } from './security-identities.tsx'
import { PasskeySection } from './security-passkeys.tsx'
import { PasswordSection } from './security-password.tsx'
import { SessionSection } from './security-sessions.tsx'
import { TotpSection } from './security-totp.tsx'

/** How one signs in, and where one is signed in. */
export function SecurityPage() {
  const words = useWords().security
  if (useIsConfined())
    return (
      <Page title={words.title} lead={words.lead}>
        <Notice kind="todo">
          <Confined />
        </Notice>
      </Page>
    )
  return (
    <Page title={words.title} lead={words.lead}>
      <SessionSection />
      <ChangeSection />
      <PasskeySection />
      <IdentitySection />
      <TotpSection />
      <PasswordSection />
    </Page>
  )
}
