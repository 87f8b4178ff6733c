import { OwnPage } from '../confined.tsx'
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
  return (
    <OwnPage title={words.title} lead={words.lead}>
      <SessionSection />
      <ChangeSection />
      <PasskeySection />
      <IdentitySection />
      <TotpSection />
      <PasswordSection />
    </OwnPage>
  )
}
