import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/call.ts'
import { showTold } from '../../lib/show-told.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Failed } from '../../parts/index.ts'
import type { OperatorAlarms } from '../answers.ts'
import { useWords } from '../words/index.ts'

const ALARMS = '/operator/auth/alarms'

/** Whether the operator is written to when something needs a hand. */
export function OwnAlarms() {
  const words = useWords().own
  const client = useQueryClient()
  const wish = useAct(async (alarms: boolean) =>
    showTold(client, ALARMS, await call<OperatorAlarms>(ALARMS, { method: 'PUT', body: { alarms } })),
  )
  return (
    <Asked<OperatorAlarms> path={ALARMS}>
      {({ alarms }) => (
        <>
          <label className="choice">
            <input type="checkbox" checked={alarms} disabled={wish.isRunning} onChange={(event) => void wish.run(event.target.checked)} />{' '}
            {words.alarms}
          </label>
          <p className="faint">{words.alarmsMean}</p>
          {wish.error !== undefined && <Failed error={wish.error} />}
        </>
      )}
    </Asked>
  )
}
