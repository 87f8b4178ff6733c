import { z } from 'zod'
import { CONTACT_KINDS, PROFILES } from '../privacy/index.ts'

/** What people read when a field of the policy's part of farebox.yaml is not right. */
export const POLICY_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  policy: { expected: 'a mapping with profile, operator, service, contact', mend: 'leave it out for the strict profile' },
  'policy.profile': { expected: `one of ${PROFILES.join(', ')}`, mend: 'leave it out for strict' },
  'policy.operator': { expected: 'a text of 1 to 200 characters', mend: 'write who runs the service, with the address' },
  'policy.service': { expected: 'a text of 1 to 100 characters', mend: 'write what customers call the service' },
  'policy.effective_date': { expected: 'a date', mend: 'write the day the first version takes effect, such as 2026-12-01' },
  'policy.contact': {
    expected: 'a list of 1 to 10 ways to write to the operator',
    mend: 'write it like [{ kind: email, value: privacy@example.com }]',
  },
  'policy.contact.': { expected: 'a contact with kind and value', mend: 'write it like { kind: email, value: privacy@example.com }' },
  'policy.contact.kind': { expected: `one of ${CONTACT_KINDS.join(', ')}`, mend: 'write email, or what else it is' },
  'policy.contact.value': { expected: 'a text of 3 to 200 characters', mend: 'write the address itself' },
}

const text = (path: string, length: { readonly min: number; readonly max: number }) =>
  z
    .string()
    .min(length.min)
    .max(length.max)
    .regex(/^[^\p{C}]+$/u)
    .describe(POLICY_FIELDS[path]?.expected ?? '')

const contact = z.strictObject({
  kind: z.enum(CONTACT_KINDS).describe(POLICY_FIELDS['policy.contact.kind']?.expected ?? ''),
  value: text('policy.contact.value', { min: 3, max: 200 }),
})

/** The policy's part of farebox.yaml. */
export const policyBlock = z.strictObject({
  profile: z
    .enum(PROFILES)
    .describe(POLICY_FIELDS['policy.profile']?.expected ?? '')
    .optional(),
  operator: text('policy.operator', { min: 1, max: 200 }).optional(),
  service: text('policy.service', { min: 1, max: 100 }).optional(),
  effective_date: z.iso
    .date()
    .describe(POLICY_FIELDS['policy.effective_date']?.expected ?? '')
    .optional(),
  contact: z
    .array(contact)
    .min(1)
    .max(10)
    .describe(POLICY_FIELDS['policy.contact']?.expected ?? '')
    .optional(),
})
