/** Why a key rests, each in the words that its owner reads. */
export const PAUSES = {
  owner: 'its owner made it rest',
  spike: 'it spent far more than usual within five minutes',
  operator: 'whoever runs this service paused it',
} as const
export type Pause = keyof typeof PAUSES
/** The reasons by name. */
export const PAUSE_REASONS = Object.keys(PAUSES) as readonly Pause[]
