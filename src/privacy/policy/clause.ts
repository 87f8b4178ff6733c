/** Reference policies, by the first part of a clause's id, and the profile that keeps each; `strict` keeps all of them. */
export const PROFILES = ['strict', 'cheapaiapi', 'claudeapi-cheap', 'aiapihk', 'cheapestinference', 'chatgpt-api'] as const
export type Profile = (typeof PROFILES)[number]

/** One clause of a reference policy: which of our statements say it, and which checks show that it is so. */
export type Clause = {
  /** Its place in the reference policies, such as S1.16. */
  readonly id: string
  /** The clauses whose checks hold for it too. */
  readonly inherits: readonly string[]
  /** Ids of the statements that say it. */
  readonly says: readonly string[]
  /** Ids of the checks of its own row. */
  readonly checks: readonly string[]
}

const OF_PROFILE: Readonly<Record<Exclude<Profile, 'strict'>, string>> = {
  cheapaiapi: 'S0.',
  'claudeapi-cheap': 'S1.',
  aiapihk: 'S2.',
  cheapestinference: 'S3.',
  'chatgpt-api': 'S4.',
}

/** Whether a profile keeps the reference policy that a clause is from. */
export const isOfProfile = (profile: Profile, clauseId: string): boolean => profile === 'strict' || clauseId.startsWith(OF_PROFILE[profile])

/** The checks that show a clause: its own and those of what it inherits, each once. */
export function checksOf(clause: Clause, clauses: readonly Clause[]): readonly string[] {
  const byId = new Map(clauses.map((one) => [one.id, one]))
  const seen = new Set<string>()
  const collect = (one: Clause): readonly string[] => {
    if (seen.has(one.id)) return []
    seen.add(one.id)
    return [...one.checks, ...one.inherits.flatMap((id) => collect(byId.get(id) ?? unknownClause(id)))]
  }
  return [...new Set(collect(clause))]
}

function unknownClause(id: string): never {
  throw new RangeError(`no clause ${id}`)
}
