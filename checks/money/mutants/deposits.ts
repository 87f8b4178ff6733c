import { type Mutant, mutantsOf } from '../../mutants/index.ts'

/** Defects in deposits that are read from chains. */
export const DEPOSIT_MUTANTS: readonly Mutant[] = [
  ...mutantsOf('src/payments/rails/usdc', { test: 'src/payments/rails/usdc/tx-hash.test.ts' }, [
    [
      'hash-by-letter-case',
      'a hash in other letters is another deposit',
      '${chainId}:${txHash.toLowerCase()}:${logIndex}',
      '${chainId}:${txHash}:${logIndex}',
    ],
  ]),
  ...mutantsOf('src/payments/rails/usdc', { test: 'src/payments/rails/usdc/read-chain.test.ts' }, [
    ['any-token', 'whatever token a log is of is credited', 'token === filter.token && wanted.has(to)', 'wanted.has(to)'],
    [
      'not-yet-final',
      'what is in the last block is credited as if it were final',
      'const height = await finalHeight(chain, endpoints, latest)',
      'const height = latest',
    ],
    [
      'one-word-is-enough',
      'what one endpoint of three says is believed',
      'endpoints.length === 1 ? 1 : 2',
      'endpoints.length === 0 ? 2 : 1',
    ],
    [
      'early-stays',
      'what the chain took back stays with the account',
      "if (state === 'withdrawn')\n    await ledger.chargeBack",
      "if (state === 'pending')\n    await ledger.chargeBack",
    ],
  ]),
]
