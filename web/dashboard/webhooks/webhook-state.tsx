import { Tag } from '../../parts/index.ts'
import type { Webhook } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** Whether a webhook is on, failing or off. */
export function WebhookState({ hook: { active, failingSince } }: { readonly hook: Webhook }) {
  const words = useWords().webhooks
  if (!active) return <Tag kind="bad">{words.off}</Tag>
  return failingSince === null ? <Tag kind="good">{words.on}</Tag> : <Tag kind="todo">{words.failing}</Tag>
}
