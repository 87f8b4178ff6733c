/** Every purpose that data of people is used for, in the words of the policy; there is no other. Check CL-purpose holds each statement to it. */
export const PURPOSES = {
  service: 'answer your calls',
  billing: 'work out what they cost and keep your balance',
  health: 'see that the service is healthy',
  abuse: 'hold limits and stop abuse',
  notices: 'write to you about what concerns your account',
  statistics: 'make sums over many accounts',
  law: 'keep and show what the law makes us keep and show',
  rights: 'carry out your rights and let go of what is too old',
} as const

/** One of them. */
export type Purpose = keyof typeof PURPOSES

/** All of them in short sentences. */
export function purposesInWords(): string {
  const words = Object.values(PURPOSES)
  const listed = (some: readonly string[]): string => `to ${some.slice(0, -1).join(', to ')} and to ${some.at(-1)}`
  return `Your data is used ${listed(words.slice(0, 4))}. It is also used ${listed(words.slice(4))}. It is used for nothing else.`
}
