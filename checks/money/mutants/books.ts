import { type Mutant, mutantsOf } from '../../mutants/index.ts'

/** Defects in holds, slices, settlements, limits, closes, bills and receipts. */
export const BOOK_MUTANTS: readonly Mutant[] = [
  ...mutantsOf('src/ledger', { test: 'src/control/call-desk.test.ts' }, [
    [
      'slice-overwritten',
      'a second take replaces what the slice had',
      'set amount = slice.amount + excluded.amount',
      'set amount = excluded.amount',
    ],
    ['release-from-nowhere', 'what is given back stays held', 'held = held - locked.amount', 'held = held'],
    [
      'replay-is-charged',
      'a settlement told again is charged again',
      'count(*) as calls from written group by account_id',
      'count(*) as calls from given group by account_id',
    ],
    ['all-is-new', 'a settlement that was in the books already counts as new', 'fresh.has(settlement.requestId) ? NEW : KNOWN', 'NEW'],
    [
      'grants-on-a-penny',
      'a hold is granted when anything is free',
      'slice.waiters.length === 0 && left >= 0n',
      'slice.waiters.length === 0 && left + amount > 0n',
    ],
    ['rest-stays-open', 'what a call left of its hold is not free again', 'slice.open -= hold', 'slice.open -= cost'],
    [
      'pending-is-free',
      'what was charged and not yet written can be spent again',
      'slice.committed - slice.open - slice.pending - slice.reserved',
      'slice.committed - slice.open - slice.reserved',
    ],
    [
      'lost-answer-again',
      'a commit whose answer was lost is written again',
      'if (written === undefined || !(await this.#hasCommitted(number))) throw thrown',
      'throw thrown',
    ],
    [
      'our-delay-their-lack',
      'money of ours that is not found yet is told as lack of credit',
      "slice.reserved > 0n ? { ...refused, result: 'busy' } : refused",
      'refused',
    ],
  ]),
  ...mutantsOf('src/control', { test: 'src/control/call-desk.test.ts' }, [
    [
      'beyond-the-hold',
      'a call is charged its price, however much was held',
      'const cost = price < covered ? price : covered',
      'const cost = price',
    ],
    ['negative-hold', 'a negative hold is admitted', ' || message.amount < 0n) return refuse', ') return refuse'],
    ['other-accounts', 'a key holds on any account', ' || key.accountId !== message.accountId)', ')'],
    ['permits-lost', 'a call refused for money keeps its place', '    limits.giveBack(permits)\n', ''],
    ['settled-by-word', 'a gateway says itself whom a call is charged to', 'own: open?.row ?? told', 'own: told'],
  ]),
  ...mutantsOf('src/ledger', { test: 'src/control/spending.test.ts' }, [
    [
      'spent-is-granted-again',
      'what was spent in a window can be spent again',
      'granted = granted - given.released',
      'granted = granted - given.released - given.spent',
    ],
    [
      'lowered-cap-later',
      'a cap that was lowered binds nothing that a node has taken before',
      'if (terms.cap < known.terms.cap) known.isLowered = true',
      '',
    ],
  ]),
  ...mutantsOf('src/control', { test: 'src/control/spending.test.ts' }, [
    ['plan-and-balance', 'the balance pays as well for what a plan covers', 'cost: plan === undefined ? paid.cost : 0n', 'cost: paid.cost'],
  ]),
  ...mutantsOf('src/spec', { test: 'src/spec/spend-window.test.ts' }, [
    [
      'week-from-thursday',
      'a week begins on the weekday of 1970-01-01',
      'floorTo(at - FIRST_MONDAY_MS, 7 * DAY_MS) + FIRST_MONDAY_MS',
      'floorTo(at, 7 * DAY_MS)',
    ],
  ]),
  ...mutantsOf('src/ledger', { test: 'src/ledger/group-commit.test.ts' }, [
    [
      'refusal-sinks-all',
      'one row that the books refuse holds up all others',
      'const isRefused = isRefusal(thrown)',
      'const isRefused = false',
    ],
  ]),
  ...mutantsOf('src', { prove: 'MON-01', n: 60 }, [
    ['day-sum-replaced', 'a day is charged its last commit alone', 'cost = usage_day.cost + excluded.cost', 'cost = excluded.cost'],
  ]),
  ...mutantsOf('src/ledger', { test: 'src/ledger/close-day.test.ts' }, [
    [
      'small-days-free',
      'a day of little cost is not charged',
      'rows.filter((row) => row.cost > 0n)',
      'rows.filter((row) => row.cost > 100_000_000n)',
    ],
    [
      'house-pays-less',
      'the house’s loss of a day is its last commit’s',
      'shortfall = usage_day.shortfall + excluded.shortfall',
      'shortfall = excluded.shortfall',
    ],
  ]),
  ...mutantsOf('src/db/migrations', { test: 'src/ledger/close-day.test.ts' }, [
    [
      'closed-day-open',
      'a closed day can be changed',
      'create trigger usage_day_closed_once before update',
      'create trigger usage_day_closed_once before delete',
    ],
    [
      'ended-day-open',
      'a day that was ended takes calls as long as the clock says that it is not over',
      'from (select distinct day from fresh) as written join ended_day using (day)',
      'from (select distinct day from fresh) as written join ended_day using (day) where day < clock_timestamp()::date',
    ],
  ]),
  ...mutantsOf('src/db/migrations', { test: 'src/db/grants.test.ts' }, [
    [
      'any-role-pays',
      'the role of the catalogue may write balances',
      'grant insert, update on account, api_key to farebox_app',
      'grant insert, update on account, api_key, balance to farebox_app',
    ],
    [
      'balance-below-zero',
      'a balance may fall below zero',
      'available     bigint not null default 0 check (available >= 0)',
      'available     bigint not null default 0',
    ],
  ]),
  ...mutantsOf('src/ledger', { test: 'src/ledger/books.test.ts' }, [
    [
      'other-input-same-key',
      'a source key credits something else',
      "if (!known.input_hash.equals(asked.inputHash) && !isOfErased(known, asked)) fail('idempotency_conflict')",
      '',
    ],
    [
      'blind-to-slices',
      'the books’ check overlooks what is held',
      'where balance.held <> coalesce(sliced.amount, 0)',
      'where balance.held < 0',
    ],
  ]),
  ...mutantsOf('src/limits', { test: 'src/limits/limit-book.test.ts' }, [
    [
      'one-request-more',
      'a limit of requests lets one more through',
      "used >= shares.allowed({ id, kind: 'requests', limit: requestsPerMinute, startedAt })",
      "used > shares.allowed({ id, kind: 'requests', limit: requestsPerMinute, startedAt })",
    ],
    [
      'one-call-more',
      'a limit of calls at a time lets one more through',
      "state.concurrent >= shares.allowed({ id, kind: 'places', limit: concurrentCalls, startedAt })",
      "state.concurrent > shares.allowed({ id, kind: 'places', limit: concurrentCalls, startedAt })",
    ],
  ]),
  ...mutantsOf('src/api', { test: 'src/api/operator-app.test.ts' }, [
    [
      'any-body-same-key',
      'an Idempotency-Key answers any body',
      'if (row === undefined || !row.input_hash.equals(request.inputHash)) return',
      'if (row === undefined) return',
    ],
  ]),
  ...mutantsOf('src/gateway', { test: 'src/gateway/control-client.test.ts' }, [
    [
      'settlement-forgotten',
      'a settlement that was not acknowledged is not told again',
      'for (const settlement of this.#settlements.all()) link.sendBytes(settlement)',
      '',
    ],
  ]),
  ...mutantsOf('src/channel', { test: 'src/channel/kept-messages.test.ts' }, [
    [
      'settlement-written-over',
      'a settlement that is kept is written over by the next',
      'const offset = known ?? this.#free.at(-1) ?? this.#used',
      'const offset = known ?? 0',
    ],
  ]),
  ...mutantsOf('src/commands', { test: 'src/commands/bill.test.ts' }, [
    [
      'bill-too-small',
      'a bill that charges too little is called right',
      'if (paid + shortfall !== price)',
      'if (paid + shortfall > price)',
    ],
    [
      'bill-twice',
      'a call that stands in a bill twice is not seen',
      'if (bill.seen.has(row.request_id))',
      'if (bill.seen.has(row.posted_day))',
    ],
  ]),
  ...mutantsOf('src/receipts', { test: 'src/receipts/receipts.test.ts' }, [
    ['receipt-any-cost', 'a receipt verifies whatever it says was charged', '...(paid + shortfall === price', '...(paid + shortfall >= 0n'],
    ['receipt-unsigned', 'a receipt verifies by any signature', 'else if (isSignedBy(jws, key))', 'else if (isSignedBy(jws, key) || true)'],
  ]),
  ...mutantsOf('src/control', { test: 'src/control/database-clock.test.ts' }, [
    [
      'clock-of-the-machine',
      'days follow the clock of the machine',
      'const now = (): number => machine.monotonic() + offset',
      'const now = (): number => machine.now()',
    ],
  ]),
]
