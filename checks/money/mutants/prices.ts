import { type Mutant, mutantsOf } from '../../mutants/index.ts'

/** Defects in what a call uses, costs, and is held for. */
export const PRICE_MUTANTS: readonly Mutant[] = [
  ...mutantsOf('src/spec', { test: 'src/spec/price.test.ts' }, [
    ['rounds-down', 'a price is rounded down', '(sum + DIVISOR - 1n) / DIVISOR', 'sum / DIVISOR'],
    [
      'cache-as-input',
      'cached tokens cost what fresh ones do',
      'BigInt(usage.cacheRead) * rates.cacheRead',
      'BigInt(usage.cacheRead) * rates.input',
    ],
    [
      'reasoning-twice',
      'reasoning is charged as output too',
      'BigInt(usage.output - reasoning) * rates.output',
      'BigInt(usage.output) * rates.output',
    ],
    ['no-multiplier', 'a customer’s multiplier is forgotten', '* BigInt(terms.multiplier)', '* BigInt(MULTIPLIER_ONE)'],
    ['step-too-soon', 'a prompt at the step is priced as one above it', 'inputTokens <= card.inputAbove', 'inputTokens < card.inputAbove'],
    [
      'rare-classes-free',
      'images and sound cost nothing',
      'if (rareTokensOf(usage) > 0) for (const name of RARE_TOKENS)',
      'if (rareTokensOf(usage) < 0) for (const name of RARE_TOKENS)',
    ],
  ]),
  ...mutantsOf('src', { prove: 'MON-09', n: 1500 }, [
    [
      'holds-cheap-input',
      'what is held takes every input for fresh text',
      'for (const name of bound.inputClasses) input = maxOf(input, rates[name])',
      'input = rates.input',
    ],
    ['holds-one-answer', 'one answer is held for, however many are asked', '* call.choices + call.outputExtra', '+ call.outputExtra'],
    [
      'holds-no-files',
      'files and sound, which have no bound but the model’s, are not held for',
      'ENVELOPE_TOKENS_MAX + tools + unbounded',
      'ENVELOPE_TOKENS_MAX + tools',
    ],
    [
      'holds-by-characters',
      'a prompt is held for as if four bytes made a token',
      'shortestBytes - mediaBytes + ENVELOPE_TOKENS_MAX',
      'Math.floor(shortestBytes / 4) - mediaBytes + ENVELOPE_TOKENS_MAX',
    ],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/measure.test.ts' }, [
    [
      'usage-so-far',
      'a usage that is not final is charged as the upstream’s',
      'reader?.isUsageFinal() === true ? reader.usage() : undefined',
      'reader?.usage()',
    ],
    [
      'never-clamped',
      'a usage that no model can make is charged',
      'inputTokensOf(usage) <= readMax && outputTokensOf(usage) <= outputMax && beyond.length === 0',
      'beyond.length === 0',
    ],
    ['answer-uncounted', 'what has passed of a broken answer is not charged', 'Math.max(base[made], counted)', 'base[made]'],
    [
      'media-uncounted',
      'pictures and sound that passed of a broken answer are not charged',
      'Math.max(0, counted + pictures + media.audioOutput - outputTokensOf(usage))',
      '0',
    ],
    [
      'media-twice',
      'pictures and sound are charged beside a usage that may hold them',
      'counted + pictures + media.audioOutput - outputTokensOf(usage)',
      'counted + pictures + media.audioOutput',
    ],
    ['failed-as-sent', 'who leaves between two tries pays for the prompt', "return isWithUpstream ? 'sent' : 'unsent'", "return 'sent'"],
  ]),
  ...mutantsOf('src/spec', { test: 'src/spec/billing-rules.test.ts' }, [
    [
      'failure-is-charged',
      'a call that no upstream answered is charged',
      "customerPays: 'nothing',\n    when: 'no upstream gave",
      "customerPays: 'prompt',\n    when: 'no upstream gave",
    ],
    [
      'time-out-is-charged',
      'a call that got no byte in time is charged',
      "customerPays: 'nothing',\n    when: 'no first byte",
      "customerPays: 'counted',\n    when: 'no first byte",
    ],
  ]),
  ...mutantsOf('src/protocols', { test: 'src/protocols/json-reply.test.ts' }, [
    [
      'passed-text-uncounted',
      'who leaves a whole answer after most of it went out pays for nothing of it',
      'passedTokens(this.#sample, textTally(this.#answerWithOpen()))',
      '0',
    ],
    [
      'request-as-answer',
      'the request that a reply tells again is charged as its text',
      'fields.names.length <= WITHIN || field >= WITHIN',
      'true || field >= WITHIN',
    ],
  ]),
  ...mutantsOf('src/protocols', { prove: 'MON-11', n: 3000 }, [
    ['negative-counts', 'a negative count is believed', 'value >= 0 && value <= COUNT_MAX', 'value <= COUNT_MAX'],
    [
      'null-is-zero',
      'a count that is null is taken for zero',
      'if (value === undefined || value === null) return earlier',
      'if (value === undefined) return earlier\n      if (value === null) return 0',
    ],
    [
      'cached-twice',
      'cached tokens are charged as input as well',
      'input: prompt - cacheRead - cacheWrite5m - audioInput',
      'input: prompt - cacheWrite5m - audioInput',
    ],
  ]),
]
