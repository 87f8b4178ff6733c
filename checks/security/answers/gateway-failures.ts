import type { Answer } from '../../calls.ts'

/** The members that a failure of each protocol may have, by their path; what is not in here is told. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  openai: ['error', 'error.message', 'error.type', 'error.code', 'error.param'],
  anthropic: ['type', 'error', 'error.type', 'error.message', 'request_id'],
  gemini: ['error', 'error.code', 'error.message', 'error.status', 'error.details'],
}

/** What a failure of the gateway holds that its protocol has no place for. Source: the error pages of the three protocols, see docs/errors.md. */
export function strangeIn(protocol: string, { body, status }: Answer): readonly string[] {
  const members = MEMBERS[protocol.startsWith('openai') ? 'openai' : protocol] ?? []
  const told: unknown = JSON.parse(body.toString())
  return membersOf(told, '')
    .filter((path) => !members.includes(path) && !path.startsWith('error.details.'))
    .map((path) => `a failure in ${protocol} with status ${status} has a member ${path}`)
}

function membersOf(value: unknown, at: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [at + name, ...membersOf(member, `${at}${name}.`)])
}
