import { Page } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import { IdentitySection } from './security-identities.tsx'
import { PasskeySection } from './security-passkeys.tsx'
import { PasswordSection } from './security-password.tsx'
import { SessionSection } from './security-sessions.tsx'
import { TotpSection } from './security-totp.tsx'

/** How one signs in, and where one is signed in. */
export function SecurityPage() {
  const words = useWords().security
  return (
    <Page title={words.title} lead={words.lead}>
      <SessionSection />
      <PasskeySection />
      <IdentitySection />
      <TotpSection />
      <PasswordSection />
    </Page>
  )
}
