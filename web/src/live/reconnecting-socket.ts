/** A WebSocket to the server this page came from, opened again whenever it is lost. */
export interface ReconnectingSocket {
  /** Sends if open; what a lost connection needs again is sent by `onOpen`. */
  readonly send: (frame: object) => void;
  readonly close: () => void;
}

interface Handlers {
  readonly path: string;
  readonly onOpen: () => void;
  readonly onFrame: (frame: unknown) => void;
  readonly onLost: () => void;
}

const firstDelayMs = 500;
const longestDelayMs = 10_000;

export function reconnectingSocket({ path, onOpen, onFrame, onLost }: Handlers): ReconnectingSocket {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = firstDelayMs;
  let closed = false;
  const open = () => {
    const made = new WebSocket(new URL(path, location.href));
    socket = made;
    made.addEventListener('open', () => {
      delay = firstDelayMs;
      onOpen();
    });
    made.addEventListener('message', (event) => onFrame(JSON.parse(String(event.data))));
    made.addEventListener('close', () => {
      if (closed) return;
      onLost();
      timer = setTimeout(open, delay * (0.5 + Math.random() / 2));
      delay = Math.min(longestDelayMs, delay * 2);
    });
  };
  open();
  return {
    send: (frame) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
