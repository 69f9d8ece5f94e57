// @ts-check
// The search follows the typing. Without this script the form works by its button, and every link
// is a link.

const typingPauseMs = 150

// The pages are written in UTC, because only the browser knows the reader's own time zone. Every
// moment is written again in this zone. Its name is put wherever the page names the zone.
const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions()
/** @type {Intl.DateTimeFormatOptions} */
const minute = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
}
/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const precisions = { minute, second: { ...minute, second: '2-digit' } }

showLocalTimes(document)

/** @param {ParentNode} root */
function showLocalTimes(root) {
  for (const place of root.querySelectorAll('[data-zone]'))
    if (place instanceof HTMLInputElement) place.value = zone
    else place.textContent = zone.replaceAll('_', ' ')
  for (const time of root.querySelectorAll('time')) {
    const options = precisions[time.dataset['to'] ?? '']
    if (options) time.textContent = localTime(new Date(time.dateTime), options)
  }
}

/**
 * A time of day that comes twice when the clocks go back is told apart by the name of the clock.
 *
 * @param {Date} moment
 * @param {Intl.DateTimeFormatOptions} options
 */
function localTime(moment, options) {
  const { format } = new Intl.DateTimeFormat('en-GB', options)
  const text = format(moment)
  const twice = [-60, -30, 30, 60].some(
    (minutes) => format(moment.getTime() + minutes * 60_000) === text,
  )
  if (!twice) return text
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZoneName: 'short' }).format(moment)
}

/** @type {NodeListOf<HTMLFormElement>} */
const liveForms = document.querySelectorAll('form[data-live-search]')
for (const form of liveForms) follow(form)

// A browser may keep a page alive after its operator has signed out. The page is emptied when it is
// left, and loaded anew when the browser shows it again.
addEventListener('pagehide', (event) => {
  if (event.persisted) document.body.replaceChildren()
})
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

// After a reset the facts above it are old. After `unknown` too: the reset may have happened.
for (const name of ['force-reset-closed', 'force-reset-failed'])
  document.addEventListener(name, () => void refreshFacts())

async function refreshFacts() {
  const facts = document.querySelector('.panel .facts')
  if (!facts) return
  try {
    const response = await fetch(location.href, { headers: { accept: 'text/html' } })
    const fresh = new DOMParser()
      .parseFromString(await response.text(), 'text/html')
      .querySelector('.panel .facts')
    if (fresh) showLocalTimes(fresh)
    if (fresh && !response.redirected) facts.replaceChildren(...fresh.childNodes)
  } catch {
    // The facts stay as they were; the dialog says what went wrong.
  }
}

/** @param {HTMLFormElement} form */
function follow(form) {
  const results = document.getElementById(form.dataset['liveSearch'] ?? '')
  const announcement = document.getElementById('announcement')
  if (!results) return
  let timer = 0
  let latest = new AbortController()

  const refresh = async () => {
    latest.abort()
    latest = new AbortController()
    const { signal } = latest
    const address = addressOf(form)
    results.setAttribute('aria-busy', 'true')
    try {
      const response = await fetch(address, { signal, headers: { accept: 'text/html' } })
      // The operator was signed out meanwhile: the response is the sign-in page. Go there.
      if (response.redirected) return location.assign(response.url)
      const page = new DOMParser().parseFromString(await response.text(), 'text/html')
      const fresh = page.getElementById(results.id)
      if (signal.aborted) return
      if (!fresh) return form.submit()
      showLocalTimes(fresh)
      results.replaceChildren(...fresh.childNodes)
      history.replaceState(null, '', address)
      if (announcement) announcement.className = 'visually-hidden'
      if (announcement)
        announcement.textContent =
          results.querySelector('#count, .empty h2, [role=alert]')?.textContent ?? ''
    } catch {
      // The list stays, because navigating now would lose it.
      if (signal.aborted || !announcement) return
      announcement.className = 'notice notice-alert'
      announcement.textContent = announcement.dataset['unreachable'] ?? ''
    } finally {
      if (!signal.aborted) results.removeAttribute('aria-busy')
    }
  }

  form.addEventListener('input', (event) => {
    clearTimeout(timer)
    const typing = event.target instanceof HTMLInputElement && event.target.type === 'search'
    timer = window.setTimeout(refresh, typing ? typingPauseMs : 0)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(timer)
    void refresh()
  })
}

/** @param {HTMLFormElement} form */
function addressOf(form) {
  const parameters = new URLSearchParams()
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string' && value.trim() !== '') parameters.append(name, value)
  const query = parameters.toString()
  return query === '' ? form.action : `${form.action}?${query}`
}
