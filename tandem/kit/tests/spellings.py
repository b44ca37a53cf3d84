"""Ways to write an address that leads inside, as seen in the advisories of the last years."""

HOSTS = """
localhost LOCALHOST foo.localhost metadata intranet billing printer.local vault.internal metadata.google.internal
router.lan nas.home.arpa
127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255
192.168.0.1 192.168.255.255 169.254.0.1 169.254.169.254 169.254.170.2 100.64.0.1 100.100.100.200 100.127.255.255
168.63.129.16 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255
[::1] [::] [::0] [0:0:0:0:0:0:0:1] [0000::0001] [::127.0.0.1] [::7f00:1] [::ffff:127.0.0.1] [::ffff:7f00:1]
[0:0:0:0:0:ffff:7f00:1] [::ffff:0:127.0.0.1] [::ffff:10.0.0.1] [::ffff:a9fe:a9fe] [::ffff:169.254.169.254]
[::ffff:8.8.8.8] [64:ff9b::7f00:1] [64:ff9b::10.0.0.1] [64:ff9b:1::a00:1] [2002:7f00:1::] [2002:a00:1::]
[2001:0:7f00:1::] [2001:db8::1] [2001:10::1] [3fff::1] [fc00::1] [fd00::1] [fd00:ec2::254] [fe80::1] [febf::1] [fec0::1]
[ff02::1] [ff05::1:3] [100::1] [5f00::1] [::ffff:ffff:7f00:1]
"""
ODD = """
127.1 127.0.1 0 1 10.1 2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0x7F.0x0.0x0.0x1 0177.0.0.1 0177.1 017700000001
00000177.0.0.1 127.0.0.01 127.0.0.1. localhost. 127.0.0.1.. 169.254.43518 0xa9fea9fe 2852039166 0xa9.0xfe.0xa9.0xfe
0251.0376.0251.0376 425.510.425.510 999.999.999.999 256.0.0.1 1.2.3.4.5 127.0.0.0x1 4294967296 0x100000000
127。0。0。1 127．0．0．1 ①②⑦.⓪.⓪.① localhoſt ｌｏｃａｌｈｏｓｔ loc%61lhost 127.0.0.1%00 127%2e0%2e0%2e1 [::1%25lo] [::1%lo] [::1]. [1]
[127.0.0.1] [::1 ::1 .example.com example..com -.-.com exa_mple!.com
"""
INSIDE = [
    *(f"http://{host}/" for host in HOSTS.split()),
    *(f"http://{host}/" for host in ODD.split()),
    "https://127.0.0.1:8443/",
    "http://localhost:6379/",
    "http://example.com:25/",
    "https://example.com:22/x",
    "http://user@example.com/",
    "http://user:word@example.com/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1@example.com/",
    "http://example.com%40127.0.0.1/",
]
NO_ADDRESS = [
    "",
    "example.com",
    "//example.com/",
    "/etc/passwd",
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://example.com/_x",
    "dict://example.com/",
    "data:text/html,x",
    "jar:http://example.com!/x",
    "javascript:alert(1)",
    "ldap://example.com/",
    "http:example.com",
    "http:/example.com",
    "http:///example.com",
    "http://",
    "http://?x",
    "http://example.com:/",
    "http://example.com:port/",
    "http://example.com:99999/",
    "http://example.com:-1/",
    "http://example.com\\@127.0.0.1/",
    "http://example.com\t/",
    "http://example.com/\r\nHost: x",
    " http://example.com/",
    "http://example.com/ x",
    "http://exämple.com/",
    "http://" + "a" * 64 + ".com/",
    "http://example.com/" + "a" * 3000,
]
OUTSIDE = [
    "http://example.com/",
    "https://example.com",
    "HTTPS://Example.COM/Path?q=1",
    "https://api.example.com:8443/v1/accounts/northwind",
    "http://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://xn--exmple-cua.com/",
    "https://a_b.example.com/x%20y?z=%2F",
]
