import { serverUrl } from '../api/server-url.ts';

/** Whether this browser would show one: notifications need a secure context, which loopback and https are. */
export const systemPermission = (): NotificationPermission | 'unsupported' =>
  'Notification' in globalThis && isSecureContext ? Notification.permission : 'unsupported';

/** Asks the user, when they want it; true where it may be shown. */
export async function askSystemPermission(wanted: boolean): Promise<boolean> {
  if (!wanted || systemPermission() === 'unsupported') return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** Shows a system notification; a click on it brings the page back. One of the same tag is replaced. */
export function showSystemNotification(title: string, body: string, tag: string, onClick: () => void): void {
  if (systemPermission() !== 'granted') return;
  try {
    const notification = new Notification(title, { body, tag, icon: serverUrl('/favicon.svg') });
    notification.addEventListener('click', () => {
      globalThis.focus();
      onClick();
      notification.close();
    });
  } catch {
    // Phones offer the permission but not the constructor: toast, sound and badge remain.
  }
}
