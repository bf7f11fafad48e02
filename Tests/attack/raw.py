"""Bytes on a socket, as no HTTP library would send them."""

import socket

END = object()


def exchange(port, *pieces, source=None, timeout=10):
    """Sends the pieces, and closes the sending half at `END`; all that comes back until the server
    closes, or has been silent for half a second after an answer."""
    with socket.create_connection(
            ("127.0.0.1", port), timeout=timeout, source_address=source and (source, 0)) as connection:
        answer = b""
        try:
            for piece in pieces:
                if piece is END:
                    connection.shutdown(socket.SHUT_WR)
                else:
                    connection.sendall(piece)
            while chunk := connection.recv(65536):
                answer += chunk
                connection.settimeout(0.5)
        except TimeoutError:
            pass
        except ConnectionError:
            pass
        return answer


def statuses(answer):
    """The status of each response in what came back."""
    found, rest = [], answer
    while rest.startswith(b"HTTP/1.1 "):
        head, _, body = rest.partition(b"\r\n\r\n")
        found.append(int(head.split(b" ")[1]))
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                       if line.lower().startswith(b"content-length:")), 0)
        rest = body[length:]
    return found
