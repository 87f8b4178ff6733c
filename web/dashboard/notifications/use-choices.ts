import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/call.ts'
import { showTold } from '../../lib/show-told.ts'
import { type Act, useAct } from '../../lib/use-act.ts'
import type { Notifications } from '../answers.ts'
import { NOTIFICATIONS } from './path.ts'

/** Changes choices, and shows them as they are then. */
export function useChoices(): Act<Readonly<Record<string, unknown>>> {
  const client = useQueryClient()
  return useAct(async (body: Readonly<Record<string, unknown>>) => {
    await showTold(client, NOTIFICATIONS, await call<Notifications>(NOTIFICATIONS, { method: 'PUT', body }))
  })
}
