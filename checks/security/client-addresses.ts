/** A client's address for each number below 2^24, of a network that is for examples; told to a world that trusts who asks it. */
export const clientAddress = (number: number): string => `203.${(number >> 16) & 0xff}.${(number >> 8) & 0xff}.${number & 0xff}`

/** Lets a world take addresses from `x-forwarded-for`, so that limits on guessing, which count by address, refuse nothing before it is read. */
export const TRUSTING = { FAREBOX_TRUSTED_PROXIES: '127.0.0.1' } as const
