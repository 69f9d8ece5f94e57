// Loaded into the console before its own modules: answers its parent with the memory in use.
process.on('message', () => {
  // What is garbage is no leak.
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss, heapUsed, external })
})
// The question keeps no console alive.
process.channel?.unref()
