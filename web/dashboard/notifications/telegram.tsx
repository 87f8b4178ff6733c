import { useEffect, useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, Qr, Secret, Section, useAsked, usePartWords, When } from '../../parts/index.ts'
import type { Notifications, TelegramCode } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { type AboutSettings, NOTIFICATIONS } from './path.ts'

const PATH = '/api/account/telegram'
const LOOK_MS = 3_000

/** A chat of Telegram that alerts go to: bound by a code, unlinked at any time. */
export function TelegramSection({ settings }: AboutSettings) {
  const words = useWords().notifications
  const { offered, boundAt } = settings.telegram
  const [code, setCode] = useState<TelegramCode>()
  const [isUnbinding, setUnbinding] = useState(false)
  const bind = useAct(async () => setCode(await call<TelegramCode>(PATH, { method: 'POST' })))
  if (!offered)
    return (
      <Section title={words.chat}>
        <p className="faint">{words.chatNotOffered}</p>
      </Section>
    )
  return (
    <Section title={words.chat}>
      {boundAt === null ? (
        <>
          <p className="faint">{words.chatNot}</p>
          <div className="row">
            <button type="button" disabled={bind.isRunning} onClick={() => void bind.run()}>
              {words.bind}
            </button>
          </div>
        </>
      ) : (
        <div className="row">
          <span>
            {words.chatSince} <When at={boundAt} />
          </span>
          <button type="button" className="plain grave" onClick={() => setUnbinding(true)}>
            {words.unbind}
          </button>
        </div>
      )}
      {bind.error !== undefined && <Failed error={bind.error} />}
      {code !== undefined && boundAt === null && <BindChat code={code} onClose={() => setCode(undefined)} />}
      {isUnbinding && boundAt !== null && <UnbindChat onClose={() => setUnbinding(false)} />}
    </Section>
  )
}

function BindChat({ code, onClose }: { readonly code: TelegramCode; readonly onClose: () => void }) {
  const words = useWords().notifications
  const { close } = usePartWords()
  const { data } = useAsked<Notifications>(NOTIFICATIONS, { everyMs: LOOK_MS })
  const isBound = data?.telegram.boundAt !== null && data !== undefined
  useEffect(() => {
    if (isBound) onClose()
  }, [isBound, onClose])
  return (
    <Dialog title={words.bindTitle} onClose={onClose}>
      <p>
        {words.bindMeans(code.bot)} <When at={code.expiresAt} />
      </p>
      <Qr text={code.link} label={words.bindOpen} />
      <Secret text={`/start ${code.code}`} />
      <p className="faint">{words.bindWaits}</p>
      <div className="answers">
        <button type="button" onClick={onClose}>
          {close}
        </button>
        <a className="button main" href={code.link} target="_blank" rel="noreferrer">
          {words.bindOpen}
        </a>
      </div>
    </Dialog>
  )
}

function UnbindChat({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().notifications
  const { cancel } = usePartWords()
  const { refetch } = useAsked<Notifications>(NOTIFICATIONS)
  const unbind = useAct(async () => {
    await call(PATH, { method: 'DELETE' })
    await refetch()
    onClose()
  })
  return (
    <Dialog title={words.unbindTitle} onClose={onClose}>
      <p>{words.unbindMeans}</p>
      {unbind.error !== undefined && <Failed error={unbind.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" disabled={unbind.isRunning} onClick={() => void unbind.run()}>
          {words.unbindAct}
        </button>
      </div>
    </Dialog>
  )
}
