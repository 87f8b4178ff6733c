import type { Profile } from './clause.ts'

/** How the passwords of a profile are hashed: one reference policy promises bcrypt, all others what is strictest. */
export const passwordHashingOf = (profile: Profile): 'argon2id' | 'bcrypt-sha256' =>
  profile === 'claudeapi-cheap' ? 'bcrypt-sha256' : 'argon2id'
