import type { ApiDependencies } from '../api/index.ts'
import { readTelegramSettings } from '../catalog/index.ts'
import { type Config, processEnvironment } from '../config.ts'
import type { Database } from '../db/index.ts'
import { hookEvents, noteSpending, tellEvents } from '../events/index.ts'
import { type Clock, errorCode, type Log } from '../lib/index.ts'
import { publishDue } from '../notify/index.ts'
import { systemOutside } from '../outbound/index.ts'
import type { Keyring, SubjectKeys } from '../privacy/index.ts'
import { deliverDue } from '../webhooks/index.ts'
import { type Mailing, openMailing } from './mailing.ts'
import { openTelegram } from './open-telegram.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

/** What messages are opened with; `appDatabase` has the role farebox_app, `clock` is the database's, `service` is what the sender is called, `nodeId` names this node, `stopped` ends letters that are under way. */
export type OpenMessagesOptions = {
  readonly config: Config
  readonly service: string
  readonly nodeId: string
  readonly appDatabase: Database
  readonly subjects: SubjectKeys
  readonly keyring: Pick<Keyring, 'derive'>
  readonly clock: Clock
  readonly log: Log
  readonly stopped: AbortSignal
}

/** Letters, the bot's name for the interface, and what tells people of events beside the calls. */
export type OpenedMessages = {
  readonly mailing: Mailing | undefined
  readonly forApi: Pick<ApiDependencies, 'messages'>
  readonly start: () => RunningJobs
}

const [HOOKS_MS, EVENTS_MS, DELIVERIES_MS, SPENDING_MS, PUBLISHING_MS] = [2_000, 2_000, 1_000, 30_000, 10_000]

/** Opens letters, chats and webhooks. Throws ConfigRefusedError. */
export function openMessages(options: OpenMessagesOptions): OpenedMessages {
  const { config, service, nodeId, appDatabase, subjects, keyring, clock, log, stopped } = options
  const now = (): number => clock.now()
  const bot = readTelegramSettings(config, processEnvironment())
  const telegram = bot && openTelegram({ bot, nodeId, appDatabase, subjects, now, log })
  const unsubscribeKey = keyring.derive('unsubscribe', Buffer.alloc(0))
  const mailing = openMailing({ config, service, appDatabase, subjects, chat: telegram?.chat, unsubscribeKey, log, stopped })
  const telling = { database: appDatabase, publicUrl: config.publicUrl, tell: mailing?.tell, log }
  const onHooks = async (): Promise<void> => {
    while ((await hookEvents(appDatabase, now())) > 0);
  }
  // An event whose letter is on its way is not to be had for its webhooks, so those come first.
  const onEvents = async (): Promise<void> => {
    do {
      await onHooks()
    } while ((await tellEvents(telling, now())) > 0)
  }
  const onDeliveries = async (): Promise<void> => {
    while (config.hasWebhooks && (await deliverDue({ database: appDatabase, sealing: subjects, outside: systemOutside, now })) > 0);
  }
  const told = (event: string) => (thrown: unknown) => log({ event, code: errorCode(thrown) })
  return {
    mailing,
    forApi: {
      messages: { service, unsubscribeKey, botName: telegram?.name, hasWebhooks: config.hasWebhooks, sendSample: mailing?.sendSample },
    },
    start: () => {
      const jobs = [
        repeat(onHooks, { name: 'events.hook', waitMs: HOOKS_MS, onFailed: told('events-unhooked') }),
        repeat(onEvents, { name: 'events.tell', waitMs: EVENTS_MS, onFailed: told('events-untold') }),
        repeat(onDeliveries, { name: 'webhooks.deliver', waitMs: DELIVERIES_MS, onFailed: told('webhooks-undelivered') }),
        repeat(async () => void (await noteSpending(appDatabase, now())), {
          name: 'events.note-spending',
          waitMs: SPENDING_MS,
          onFailed: told('spending-unnoted'),
        }),
        repeat(async () => void (await publishDue(appDatabase, now())), {
          name: 'announcements.publish',
          waitMs: PUBLISHING_MS,
          onFailed: told('news-unpublished'),
        }),
        ...(telegram === undefined ? [] : [telegram.start()]),
      ]
      return together(jobs)
    },
  }
}
