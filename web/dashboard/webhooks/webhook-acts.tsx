import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useLanguage } from '../../lib/language.tsx'
import { type Act, useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, ShownOnce, usePartWords } from '../../parts/index.ts'
import type { Webhook, WebhookSecret } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { WEBHOOKS } from './path.ts'
import { WebhookForm } from './webhook-form.tsx'

type About = { readonly hook: Webhook }
type Asking = 'change' | 'rotate' | 'remove'

/** What can be done about a webhook: tried, changed, switched, given another secret, deleted. */
export function WebhookActs({ hook }: About) {
  const words = useWords().webhooks
  const changed = useChanged()
  const path = `${WEBHOOKS}/${hook.id}`
  const [asking, setAsking] = useState<Asking>()
  const onClose = () => setAsking(undefined)
  const test = useAct(async (_: undefined, once) => {
    await call(`${path}/test`, { method: 'POST', once })
    await changed(`${path}/deliveries`)
  })
  const toggle = useAct(async (active: boolean) => {
    await call(path, { method: 'PATCH', body: { active } })
    await changed()
  })
  return (
    <>
      {hook.active ? (
        <button type="button" className="main" disabled={test.isRunning} onClick={() => void test.run(undefined)}>
          {words.test}
        </button>
      ) : (
        <button type="button" className="main" disabled={toggle.isRunning} onClick={() => void toggle.run(true)}>
          {words.switchOn}
        </button>
      )}
      <button type="button" onClick={() => setAsking('change')}>
        {words.change}
      </button>
      <button type="button" onClick={() => setAsking('rotate')}>
        {words.rotate}
      </button>
      {hook.active && (
        <button type="button" className="plain" disabled={toggle.isRunning} onClick={() => void toggle.run(false)}>
          {words.switchOff}
        </button>
      )}
      <button type="button" className="plain grave" onClick={() => setAsking('remove')}>
        {words.remove}
      </button>
      {[test, toggle].map(({ error }) => error !== undefined && <Failed key={error.message} error={error} />)}
      {asking === 'change' && <ChangeWebhook hook={hook} onClose={onClose} />}
      {asking === 'rotate' && <RotateSecret hook={hook} onClose={onClose} />}
      {asking === 'remove' && <RemoveWebhook hook={hook} onClose={onClose} />}
    </>
  )
}

function useChanged(): (path?: string) => Promise<void> {
  const client = useQueryClient()
  return (path = WEBHOOKS) => client.invalidateQueries({ queryKey: [path] })
}

type Closing = About & { readonly onClose: () => void }

function ChangeWebhook({ hook, onClose }: Closing) {
  const words = useWords().webhooks
  const changed = useChanged()
  return (
    <WebhookForm
      title={words.changeTitle}
      act={words.changeAct}
      given={{ url: hook.url ?? '', events: hook.events }}
      onClose={onClose}
      run={async (body) => {
        await call(`${WEBHOOKS}/${hook.id}`, { method: 'PATCH', body })
        await changed()
        onClose()
      }}
    />
  )
}

function RotateSecret({ hook, onClose }: Closing) {
  const words = useWords().webhooks
  const { language } = useLanguage()
  const changed = useChanged()
  const [made, setMade] = useState<WebhookSecret>()
  const rotate = useAct(async (_: undefined, once) => {
    setMade(await call<WebhookSecret>(`${WEBHOOKS}/${hook.id}/rotate`, { method: 'POST', once }))
    await changed()
  })
  if (made === undefined)
    return <Question title={words.rotateTitle} means={words.rotateMeans} act={words.rotateAct} doing={rotate} onClose={onClose} />
  const until = new Date(made.oldSecretUntil).toLocaleString(language === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  return (
    <ShownOnce title={words.rotated} secret={made.secret} kept={words.kept} onKept={onClose}>
      {words.rotatedMeans(until)}
    </ShownOnce>
  )
}

function RemoveWebhook({ hook, onClose }: Closing) {
  const words = useWords().webhooks
  const changed = useChanged()
  const navigate = useNavigate()
  const remove = useAct<undefined>(async () => {
    await call(`${WEBHOOKS}/${hook.id}`, { method: 'DELETE' })
    await navigate({ to: '/dashboard/webhooks' })
    await changed()
  })
  const title = words.removeTitle(hook.url ?? hook.id)
  return <Question title={title} means={words.removeMeans} act={words.removeAct} isGrave doing={remove} onClose={onClose} />
}

function Question(about: {
  readonly title: string
  readonly means: string
  readonly act: string
  readonly isGrave?: boolean
  readonly doing: Act<undefined>
  readonly onClose: () => void
}) {
  const { title, means, act, isGrave = false, doing, onClose } = about
  const { cancel } = usePartWords()
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{means}</p>
      {doing.error !== undefined && <Failed error={doing.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className={isGrave ? 'grave' : 'main'} disabled={doing.isRunning} onClick={() => void doing.run(undefined)}>
          {act}
        </button>
      </div>
    </Dialog>
  )
}
