import type { Filling, Snippet } from './snippet.ts'

const CHECKED = '2026-11-26'

/**
 * Chat front ends. Sources, read 2026-11-26: librechat.ai/docs/configuration/librechat_yaml/object_structure/custom_endpoint and
 * docs.openwebui.com/features/openai.
 */
export const chatSnippets = ({ publicUrl: url, model }: Filling): readonly Snippet[] => [
  {
    ...{ id: 'librechat', name: 'LibreChat', kind: 'chat', checked: CHECKED, note: 'librechat' },
    source: 'https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/custom_endpoint',
    blocks: [
      {
        ...{ kind: 'file', file: 'librechat.yaml' },
        text: `endpoints:
  custom:
    - name: 'Farebox'
      apiKey: '\${FAREBOX_KEY}'
      baseURL: '${url}/v1'
      models:
        default: ['${model}']
        fetch: true
      titleConvo: true
      titleModel: '${model}'`,
      },
    ],
  },
  {
    ...{
      id: 'open-webui',
      name: 'Open WebUI',
      kind: 'chat',
      checked: CHECKED,
      note: 'openWebui',
      source: 'https://docs.openwebui.com/features/openai',
    },
    blocks: [
      {
        kind: 'shell',
        text: `docker run -d -p 3000:8080 \\
  -e OPENAI_API_BASE_URL=${url}/v1 \\
  -e OPENAI_API_KEY=$FAREBOX_KEY \\
  -v open-webui:/app/backend/data \\
  --name open-webui ghcr.io/open-webui/open-webui:main`,
      },
    ],
  },
]
