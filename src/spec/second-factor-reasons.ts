/** Why an operator takes a customer's second factors away: somebody else set them up, or their owner lost them. */
export const SECOND_FACTOR_REASONS = ['takeover', 'lost'] as const
export type SecondFactorReason = (typeof SECOND_FACTOR_REASONS)[number]
