"""pyjwt.py MATERIAL SECONDS: PyJWT's rows, in the form of Google Benchmark's JSON."""

import json
import sys
import time

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

with open(sys.argv[1], encoding="ascii") as file:
    material = json.load(file)
seconds = float(sys.argv[2])


def cpu_ns(operation):
    """CPU time of one call, in a loop that grows until it takes so many seconds."""
    count = 1
    while True:
        start = time.process_time_ns()
        for _ in range(count):
            operation()
        spent = time.process_time_ns() - start
        if spent >= seconds * 1e9:
            return spent / count
        count *= 2


def must_refuse(token, key, algorithm):
    try:
        jwt.decode(token, key, algorithms=[algorithm])
    except jwt.InvalidTokenError:
        return
    raise SystemExit("PyJWT takes a forged or expired token")


rows = []
for algorithm, own in material["algorithms"].items():
    if "secret" in own:
        private = public = own["secret"].encode()
    else:
        private = load_pem_private_key(own["private_pem"].encode(), None)
        public = load_pem_public_key(own["public_pem"].encode())
    must_refuse(own["forged"], public, algorithm)
    must_refuse(own["expired"], public, algorithm)
    token, claims = own["token"], material["claims"]
    operations = {
        "verify": lambda: jwt.decode(token, public, algorithms=[algorithm]),
        "sign": lambda: jwt.encode(claims, private, algorithm),
    }
    for verb, operation in operations.items():
        rows.append({"name": f"{verb} {algorithm}/PyJWT", "run_type": "iteration",
                     "cpu_time": cpu_ns(operation)})
json.dump({"benchmarks": rows}, sys.stdout)
