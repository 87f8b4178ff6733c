import { type Mutant, mutantsOf } from '../../mutants/index.ts'

/** Guards of who people are and of what they may do; each row takes one away. */
export const PEOPLE_GUARDS: readonly Mutant[] = [
  ...mutantsOf('src/api', { test: 'src/api/manage/manage.test.ts' }, [
    [
      'calling-key-manages',
      'a key that calls models is taken for one that manages',
      "if (isWellFormedKey(key)) fail('management_key_needed')",
      '',
    ],
  ]),
  ...mutantsOf('src/api', { test: 'src/api/auth.test.ts' }, [
    [
      'own-pages',
      'pages of others change what is a customer’s',
      "if (c.req.header('origin') !== origin || (site !== undefined && site !== 'same-origin')) fail('origin_refused', { origin })",
      '',
    ],
    ['same-site', 'the cookie goes along from other sites', 'HttpOnly; Secure; SameSite=Strict', 'HttpOnly; Secure; SameSite=None'],
    ['no-script', 'scripts read the cookie', 'Path=/; HttpOnly; Secure', 'Path=/; Secure'],
    ['own-host', 'neighbouring hosts plant a cookie', "SESSION_COOKIE = '__Host-farebox'", "SESSION_COOKIE = 'farebox'"],
    ['one-cookie', 'of two cookies the first is believed', 'return values.length === 1 ? values[0] : undefined', 'return values[0]'],
    ['fresh-proof', 'dangerous acts need no proof', "(identity.isFresh(session) ? session : fail('not_fresh'))", 'session'],
  ]),
  ...mutantsOf('src/api', { test: 'src/api/operator-auth.test.ts' }, [
    [
      'operator-pages',
      'other pages act for an operator',
      'if ((site !== undefined && !OWN_SITES.includes(site)) || !(isOwn || (READS.includes(c.req.method) && isOwnHost(c, own))))',
      'if (isOwn && site === undefined && READS.length === 0 && isOwnHost(c, own))',
    ],
    ['operator-proof', 'what is not undone needs no proof', "if (!c.get('isFresh')) fail('not_fresh')", ''],
  ]),
  ...mutantsOf('src/api', { test: 'src/api/member-doors.test.ts' }, [
    ['member-roles', 'every member does everything', 'if (RIGHTS_OF_ROLE[role].includes(right)) return', 'return'],
  ]),
  ...mutantsOf('src/api', { test: 'src/api/manage/cards.test.ts' }, [
    ['card-proof', 'a saved card is charged for who has shown nothing lately', '\n  await requireFreshActing(c, identity)\n', '\n'],
    [
      'card-person',
      'a key has a saved card charged',
      "if (makerOf(c) === undefined) fail('person_needed'",
      "if (false) fail('person_needed'",
    ],
    ['card-roles', 'whoever pays has a saved card charged', '(?:cards|portal|auto-top-up|card-renewals)(?:', '(?:nothing)(?:'],
  ]),
  ...mutantsOf('src/api/manage', { test: 'src/api/manage/own-payments.test.ts' }, [
    [
      'back-proof',
      'money goes back for who has shown nothing lately',
      '\n    await requireProvenPerson(c, dependencies)\n    const amount',
      '\n    const amount',
    ],
  ]),
  ...mutantsOf('src/api/manage', { test: 'src/api/manage/own-retention.test.ts' }, [
    [
      'retention-proof',
      'notes of calls are deleted for who has shown nothing lately',
      'if (isShorter) await requireFreshActing(c, identity)',
      '',
    ],
    [
      'retention-owner',
      'every member who runs an account deletes its notes of calls',
      "else if (customer.role !== 'owner') fail(",
      'else if (false) fail(',
    ],
  ]),
  ...mutantsOf('src/api', { test: 'src/api/operator-doors.test.ts' }, [
    [
      'operator-roles',
      'every operator does everything',
      "if (!roles.includes(role)) fail('operator_role'",
      "if (false) fail('operator_role'",
    ],
  ]),
  ...mutantsOf('src/api/manage', { test: 'src/api/own-key.test.ts' }, [
    ['key-owner', 'a key is shown to whoever knows its id', 'key.accountId === accountOf(c) && !key.isTemporary', '!key.isTemporary'],
  ]),
  ...mutantsOf('src/api', { test: 'src/api/web-app.test.ts' }, [
    [
      'page-policy',
      'a page runs what stands in it',
      "`script-src 'nonce-${nonce}' 'strict-dynamic'`",
      "`script-src 'nonce-${nonce}' 'strict-dynamic' 'unsafe-inline'`",
    ],
    ['new-nonce', 'every answer has one word for its scripts', 'randomBytes(NONCE_BYTES)', 'Buffer.alloc(NONCE_BYTES)'],
  ]),
  ...mutantsOf('src/identity', { test: 'src/api/confined-sessions.test.ts' }, [
    [
      'team-session',
      'who runs the issuer of a team acts for the own accounts of its members',
      'mayAct: sql`(confined_to is null or confined_to = ${wanted}::uuid)`',
      'mayAct: sql`true`',
    ],
    [
      'team-word',
      'the issuer of a team proves who its members are',
      'return parts.teamIssuers?.isTeams(came.issuer) !== true',
      'return true',
    ],
  ]),
  ...mutantsOf('src/identity', { test: 'src/identity/guess-limits.test.ts' }, [
    [
      'guess-limit',
      'guesses are counted and never refused',
      'where cardinality(${recent}) + ${earlier} < ${limit.times}\n    returning 1',
      'returning 1',
    ],
  ]),
  ...mutantsOf('src/identity', { test: 'src/identity/totp.test.ts' }, [
    [
      'code-once',
      'a code of an authenticator app works again',
      'matching.find((step) => step > lastStep)',
      'matching.find((step) => step >= lastStep)',
    ],
  ]),
  ...mutantsOf('src/identity', { test: 'src/identity/sign-in.test.ts' }, [
    [
      'recovery-code-once',
      'a recovery code works again',
      'delete from recovery_code where code_hash = ${hash} and person_id = ${personId}::uuid returning 1',
      'select from recovery_code where code_hash = ${hash} and person_id = ${personId}::uuid',
    ],
    [
      'session-idle',
      'a session that nobody uses stays open',
      ' and seen_at > ${laterNow(clock)} - make_interval(hours => ${SESSION_IDLE_HOURS})',
      '',
    ],
    [
      'reset-ends-sessions',
      'whoever was signed in stays so after a reset',
      'await dropIdentities(tx, person.id)\n  await endSessions({ database: tx, clock: parts.clock }, { personId: person.id })',
      'await dropIdentities(tx, person.id)',
    ],
  ]),
  ...mutantsOf('src/identity', { test: 'src/api/team.test.ts' }, [
    [
      'invitation-once',
      'an invitation makes as many members as try',
      'delete from account_invitation using account\n    where account.id',
      'update account_invitation set role = account_invitation.role from account\n    where account.id',
    ],
  ]),
]
