/** What OpenAI's two protocols say in the same words; never used for any other protocol. */
export * from './cache-mark.ts'
export * from './file-media.ts'
export * from './service-tier.ts'
export * from './thought-signature.ts'
export * from './told-effort.ts'
export * from './told-sampling.ts'
export * from './usage-details.ts'
