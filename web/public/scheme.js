// Sets the colour scheme before the first paint; a file of its own because the CSP allows no inline script.
;(() => {
  const stored = localStorage.getItem('mantine-color-scheme-value') || 'auto'
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  const scheme = stored === 'auto' ? (dark ? 'dark' : 'light') : stored
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
})()
