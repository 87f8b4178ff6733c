import { type Mutant, mutantsOf } from '../../mutants/index.ts'

/** A merge that looks at no name. */
const MERGE = `const merge = (to: any, from: any): void => {
    for (const name of Object.keys(from ?? {})) {
      if (typeof from[name] === 'object' && from[name] !== null) merge((to[name] ??= {}), from[name])
      else to[name] = from[name]
    }
  }`

/** Guards that are the absence of something: nobody merges what a request says, and nobody asks it whose it is. */
export const REQUEST_GUARDS: readonly Mutant[] = [
  ...mutantsOf('src/api', { prove: 'SEC-11', n: 1200 }, [
    [
      'no-merge-in-control',
      'what a body says is merged into an object of control',
      '    readJson(text)\n    return true',
      `    ${MERGE}\n    merge({}, readJson(text))\n    return true`,
    ],
    [
      'own-account',
      'a parameter says which account a key is of',
      "c.get('customer').accountId\n",
      "Object.values(c.req.query()).find((value) => /^[0-9a-f-]{36}$/.test(value)) ?? c.get('customer').accountId\n",
    ],
  ]),
  ...mutantsOf('src/gateway', { prove: 'SEC-11', n: 1200 }, [
    [
      'no-merge-in-gateway',
      'what a body says is merged into an object of the gateway',
      '  try {\n    const call = decodeInTurns(gateway, exchange, body)\n',
      `  ${MERGE}\n  merge({}, JSON.parse(body.toString()))\n  try {\n    const call = decodeInTurns(gateway, exchange, body)\n`,
    ],
  ]),
  ...mutantsOf('src/supervisor', { prove: 'SEC-11', n: 1200 }, [
    [
      'names-of-headers',
      'a header called __proto__ ends the process',
      "'--disable-proto=delete',\n    '--disallow",
      "'--disable-proto=throw',\n    '--disallow",
    ],
  ]),
]
