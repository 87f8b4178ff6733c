import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/call.ts'
import { type Act, useAct } from '../../lib/use-act.ts'
import type { Notifications } from '../answers.ts'
import { NOTIFICATIONS } from './path.ts'

/** Changes choices, and shows them as they are then. */
export function useChoices(): Act<Readonly<Record<string, unknown>>> {
  const client = useQueryClient()
  return useAct(async (body: Readonly<Record<string, unknown>>) => {
    client.setQueryData([NOTIFICATIONS], await call<Notifications>(NOTIFICATIONS, { method: 'PUT', body }))
  })
}
