"""Sends one datagram with N readings: send_reading.py HOST PORT [N]"""
import socket, struct, sys, time

host, port, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
reading = struct.Struct("<HHHH QQqq d IHBB 8x")  # codec/docs/spec/messages.md
datagram = b"".join(reading.pack(
    56, 1, 7412, 1,                                      # block length, template, schema, version
    i, 42, time.time_ns(), 0, 20.5 + i, 1, 0, 4, 0)      # event, device, time, -, value, metric, -, unit ns, normal
    for i in range(n))
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(datagram, (host, port))
