import type { Filling, Snippet } from './snippet.ts'
import { toolSnippet } from './tool-snippet.ts'

/** Chat front ends, with what their settings were checked against. */
export const chatSnippets = (filling: Filling): readonly Snippet[] => [
  toolSnippet(filling, 'librechat', {
    ...{ kind: 'chat', note: 'librechat' },
    source: 'https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/custom_endpoint',
  }),
  toolSnippet(filling, 'open-webui', { kind: 'chat', note: 'openWebui', source: 'https://docs.openwebui.com/features/openai' }),
]
