import '@mantine/core/styles.layer.css'
import '@fontsource-variable/inter'
import '@/theme/tokens.css'
import '@/theme/app.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ready } from '@/i18n'
import { App } from './App'

await ready
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
