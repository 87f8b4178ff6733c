/**
 * Where somebody who sent no key reads how to get one, for the failure key_missing: what is sold to wallets that have no account stands there too, where claims are
 * taken. Paths alone, so that they are the same in every language.
 */
export const keyPlaces = (isSoldToWallets: boolean): { readonly at: string } => ({
  at: ['/docs', '/llms.txt', ...(isSoldToWallets ? ['/api/agent/plans'] : [])].join(', '),
})
