/** Does this HOST, or this URL's host, stay on the machine? */
export function isLoopbackHost(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, '');
  return plain === 'localhost' || plain === '::1' || plain.startsWith('127.');
}
