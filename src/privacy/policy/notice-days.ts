const NOTICE_DAYS = { policy: 14, prices: 30 } as const

/** Days from the announcement of a change to its effect: of the policy, or of a price that goes up. */
export const noticeDaysOf = (subject: keyof typeof NOTICE_DAYS): number => NOTICE_DAYS[subject]
