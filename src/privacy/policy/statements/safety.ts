import { featuresOf } from '../facts.ts'
import { passwordHashingOf } from '../password-hashing.ts'
import type { Statement } from '../statement.ts'

/** How things are protected. */
export const SAFETY: readonly Statement[] = [
  {
    ...{ id: 'transport', section: 'safety', kind: 'promise', topic: 'Encryption on the way' },
    text: () => 'Connections from outside this machine are encrypted with TLS 1.3. Older versions are refused, and so is plain HTTP.',
  },
  {
    ...{ id: 'least-access', section: 'safety', kind: 'promise', topic: 'Access inside' },
    text: () =>
      'Inside, each part can do what its task needs and no more. The part that sees content cannot write, and the part that writes never sees content.',
  },
  {
    ...{ id: 'no-plain-password', section: 'safety', kind: 'promise', topic: 'Passwords in plain text' },
    text: () => 'A password is not stored, logged or sent in a form that can be read.',
  },
  {
    ...{ id: 'password-hash', section: 'safety', kind: 'promise', topic: 'How passwords are hashed' },
    text: ({ inventory, settings }) =>
      featuresOf(inventory).hasPasswords
        ? `Passwords are hashed with ${passwordHashingOf(settings.profile) === 'argon2id' ? 'argon2id' : 'bcrypt at cost 12'}.`
        : undefined,
    needs: 'there are no passwords here',
  },
  {
    ...{ id: 'key-hash', section: 'safety', kind: 'promise', topic: 'How keys are kept' },
    text: () => 'Your keys are shown once, when they are made. After that we hold only their SHA-256 hashes.',
  },
  {
    ...{ id: 'keys-everywhere', section: 'safety', kind: 'promise', topic: 'Keys on every path' },
    text: () =>
      'Each path asks for a key, besides the few that have to be open: health, prices, this policy, and what receipts are checked with.',
  },
  {
    ...{ id: 'defaults', section: 'safety', kind: 'promise', topic: 'Default settings' },
    text: () =>
      'The strict settings are the ones it starts with. To loosen one, the operator has to write it down, and this policy changes with it.',
  },
  {
    ...{ id: 'edge', section: 'safety', kind: 'promise', topic: 'Protection against floods of traffic' },
    text: ({ attestations, isEdgeOnly }) => {
      const found = attestations.find(({ clause }) => clause === 'S2.18' && isEdgeOnly)
      return (
        found &&
        `${found.subject} stands in front of us against floods of traffic. It ends your encrypted connection, so it could see what passes. Nobody reaches us around it.`
      )
    },
    needs: 'no attestation shows who stands in front, or others can reach us around it (FAREBOX_EDGE_ONLY)',
  },
  {
    ...{ id: 'certified', section: 'safety', kind: 'promise', topic: 'Certificates of the place it runs in' },
    text: ({ attestations }) => {
      const found = attestations.filter(({ clause }) => clause === 'S3.11')
      if (found.length === 0) return undefined
      return found.map(({ subject, issuer, scope, expires }) => `${subject}, by ${issuer}, for ${scope}, holds until ${expires}.`).join(' ')
    },
    needs: 'no certificate is shown now',
  },
  {
    ...{ id: 'audited-place', section: 'safety', kind: 'promise', topic: 'Audit of the data centre' },
    text: ({ attestations }) => {
      const found = attestations.find(({ clause }) => clause === 'S3.12')
      return found && `It runs in ${found.scope}, which ${found.issuer} audited on ${found.issued}.`
    },
    needs: 'no audit report is shown now',
  },
  {
    ...{ id: 'risks', section: 'safety', kind: 'disclosure', topic: 'What can still go wrong' },
    text: () =>
      'No system is safe against all there is. What this one does not protect you from is listed under “What remains”, with figures that were measured.',
  },
]
