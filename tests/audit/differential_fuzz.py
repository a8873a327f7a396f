#!/usr/bin/env python3
"""Compares ResLens's audit of pickles with CPython's two unpicklers, on mutated pickles.

    differential_fuzz.py AUDIT_PICKLES [--count 200000] [--seed 1]

CPython's unpicklers (the C one on two kinds of files, and the one of Lib/pickle.py) read each pickle with find_class hooked:
it notes the name and returns an inert class, so that nothing is imported or run. The audit has to name all that they asked
for. Ends with 1 if a name was missed where the audit does not say that it cannot decide. AUDIT_PICKLES is the program of that
name in the build folder.
"""
import argparse
import collections
import datetime
import fractions
import io
import os
import pathlib
import pickle
import pickletools
import random
import resource
import struct
import subprocess
import sys

MEMORY = 3 << 30  # a mutated index may ask for a table of 64 GiB


class Everything(type):
    """A class that takes whatever an unpickler may do to an imported name."""
    def __setitem__(cls, key, value):
        pass


class Inert(metaclass=Everything):
    def __new__(cls, *arguments, **keywords):
        return object.__new__(cls)

    def __init__(self, *arguments, **keywords):
        pass

    def __call__(self, *arguments, **keywords):
        return Inert()

    def nothing(*arguments, **keywords):
        pass

    __setitem__ = __setstate__ = append = extend = add = update = nothing


def hooked(base):
    class Hooked(base):
        names = None

        def find_class(self, module, name):
            self.names.append((module, name))
            return Inert

        def persistent_load(self, identifier):
            return Inert()
    return Hooked


# The C unpickler reads a file that can peek in another way than one that cannot.
READERS = [(hooked(pickle.Unpickler), io.BytesIO), (hooked(pickle._Unpickler), io.BytesIO),
           (hooked(pickle.Unpickler), lambda data: io.BufferedReader(io.BytesIO(data)))]


def imported(data):
    """What the unpicklers ask for, and how many of them come to the end."""
    names, ends = set(), 0
    for unpickler, file in READERS:
        one = unpickler(file(data), encoding="utf-8")
        one.names = []
        try:
            one.load()
            ends += 1
        except Exception:
            pass
        names.update(one.names)
    return names, ends


class Reduced:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


class Stated:
    __slots__ = ("x",)

    def __init__(self):
        self.x = 3


class Keywords(dict):
    def __new__(cls, *arguments, **keywords):
        return super().__new__(cls)

    def __getnewargs_ex__(self):
        return (1, "two"), {"three": 3}


def objects():
    """Values that use as many opcodes as Python writes, like those in checkpoints."""
    loop = []
    loop.append((loop, {"self": loop}))
    text = "module." * 40
    state = collections.OrderedDict((f"layer{i}.weight", [i, (i, i + 1), text]) for i in range(4))
    yield {"state_dict": state, "epoch": 3, "lr": 0.1, "args": argparse.Namespace(a=1, b=[None, True])}
    yield [Reduced(os.system, "touch executed"), Reduced(eval, "1 + 1"), Reduced(getattr, "os", "system")]
    yield loop
    yield [{1, 2, "three"}, frozenset((1, "x")), bytearray(b"bytes"), b"more", 2 ** 80, -5, 70000, 1 + 2j]
    yield [datetime.datetime(2020, 1, 2), fractions.Fraction(1, 3), pathlib.PurePosixPath("a/b"), range(3), slice(1, 2)]
    yield [Stated(), Keywords(), os.path.join, collections.Counter("aab"), collections.defaultdict(list, a=[1])]
    yield ["é", "\ud800", "back\\slash", "quote'\"", "line\nend", "\0", "a" * 300]
    yield (("x",), ("x", 1), ("x", 1, 2), ("x", 1, 2, 3), (), [], {}, {"k": {"k": {"k": ()}}})


def short(text):
    data = text.encode()
    return b"\x8c" + bytes([len(data)]) + data


def by_hand():
    """Opcodes that Python reads but does not write."""
    names = [("os", "system"), ("builtins", "eval"), ("posix", "popen"), ("a.b", "c.d"), ("x", "y")]
    for module, name in names:
        m, n = module.encode(), name.encode()
        yield b"c" + m + b"\n" + n + b"\n(S'touch x'\ntR."
        yield b"(S'touch x'\ni" + m + b"\n" + n + b"\n."
        yield b"(c" + m + b"\n" + n + b"\nS'touch x'\no."
        yield b"\x80\x04" + short(module) + b"\x94" + short(name) + b"\x94\x93\x94\x8c\x01x\x85R."
        yield b"\x80\x04" + short(name) + b"\x94" + short(module) + b"h\x00\x93)R."
        yield b"V" + m + b"\np7\n0S\"" + n + b"\"\np8\n0g7\ng8\n\x93)\x81}b."
        yield b"\x80\x02U" + bytes([len(m)]) + m + b"q\x05X" + struct.pack("<I", len(n)) + n + b"q\x060h\x05h\x06\x932\x85R."
        yield b"S'" + b"".join(b"\\x%02x" % c for c in m) + b"'\nV" + b"".join(b"\\u%04x" % c for c in n) + b"\n\x93."
        yield b"\x80\x04(" + short(module) + short(name) + b"t0" + short(module) + short(name) + b"\x93)}\x92."
        yield b"Pid\n0c" + m + b"\n" + n + b"\n}(S'k'\nI1\nub."
        yield b"(" + short(module) + b"1" + short(module) + b"(" + short("no") + b"1" + short(name) + b"\x93."


class Seed:
    def __init__(self, data):
        self.tokens = []
        places = [position for _, _, position in pickletools.genops(data)] + [len(data)]
        for i in range(len(places) - 1):
            self.tokens.append(data[places[i]:places[i + 1]])


def seeds():
    found = []
    for protocol in range(6):
        for value in objects():
            try:
                data = pickle._dumps(value, protocol)
            except TypeError:  # an old protocol cannot write every class
                continue
            found.append(Seed(data))
            found.append(Seed(pickletools.optimize(data)))
    found += [Seed(data) for data in by_hand()]
    return found


NAMES = ["os", "system", "builtins", "exec", "", "é", "a.b", "..", "q\\u0041", "\x41\\x42"]


def new_token(chance):
    """An opcode with an argument, of those that change what is imported or where values lie."""
    text = chance.choice(NAMES)
    data = text.encode()
    number = chance.choice([0, 1, 2, 3, 5, 8, 13, 200])
    return chance.choice([
        lambda: b"(", lambda: b"0", lambda: b"1", lambda: b"2", lambda: b")", lambda: b"]", lambda: b"}", lambda: b"N",
        lambda: b"t", lambda: b"l", lambda: b"d", lambda: b"a", lambda: b"e", lambda: b"s", lambda: b"u", lambda: b"b",
        lambda: b"R", lambda: b"o", lambda: b"\x81", lambda: b"\x92", lambda: b"\x93", lambda: b"\x93", lambda: b"\x94",
        lambda: b"\x85", lambda: b"\x86", lambda: b"\x87", lambda: b"\x8f", lambda: b"\x90", lambda: b"\x91",
        lambda: b"\x88", lambda: b"\x89", lambda: b"Q", lambda: b"Pid\n", lambda: b".", lambda: b"\x97", lambda: b"\x98",
        lambda: b"\x80" + bytes([chance.randrange(7)]), lambda: b"K" + bytes([number]), lambda: b"I01\n", lambda: b"L5L\n",
        lambda: b"I0x1f\n", lambda: b"F1.5\n", lambda: b"G" + struct.pack(">d", 1.5), lambda: b"J" + struct.pack("<i", -number),
        lambda: b"M" + struct.pack("<H", number), lambda: b"\x8a\x01" + bytes([number]),
        lambda: b"\x8b" + struct.pack("<i", chance.choice([1, 1, -1])) + b"\x01",
        lambda: b"q" + bytes([number]), lambda: b"h" + bytes([number]), lambda: b"r" + struct.pack("<I", number),
        lambda: b"j" + struct.pack("<I", number), lambda: b"p%d\n" % number, lambda: b"g%d\n" % number,
        lambda: b"p 1\n", lambda: b"g1_0\n", lambda: b"p-1\n", lambda: b"p007\n", lambda: b"g\n", lambda: b"p+1 \n",
        lambda: b"p1\0x\n", lambda: b"g -0\n",
        lambda: b"c" + data + b"\nsystem\n", lambda: b"i" + data + b"\neval\n", lambda: b"cos\n" + data + b"\n",
        lambda: short(text), lambda: short(text), lambda: b"X" + struct.pack("<I", len(data)) + data,
        lambda: b"\x8d" + struct.pack("<Q", len(data)) + data, lambda: b"U" + bytes([len(data)]) + data,
        lambda: b"T" + struct.pack("<i", len(data)) + data, lambda: b"C" + bytes([len(data)]) + data,
        lambda: b"B" + struct.pack("<I", len(data)) + data, lambda: b"\x96" + struct.pack("<Q", len(data)) + data,
        lambda: b"\x8e" + struct.pack("<Q", len(data)) + data,
        lambda: b"S'" + data + b"'\n", lambda: b'S"' + data + b'"\n', lambda: b"S" + data + b"\n",
        lambda: b"V" + data + b"\n", lambda: b"S'" + b"\\x6f\\163" + b"'\n", lambda: b"V\\u006fs\n", lambda: b"V\\\\u006fs\n",
        lambda: b"\x82" + bytes([number]), lambda: b"\x83" + struct.pack("<H", number), lambda: b"\x84" + struct.pack("<i", number),
        lambda: b"\x95" + struct.pack("<Q", chance.choice([0, 1, 2, 4, 9, 17, 40, 100, 1 << 20])),
        lambda: short("os") + short("system") + b"\x93", lambda: short("os") + b"\x94" + short(text) + b"\x94\x93",
    ])()


def remember(chance, token):
    """The same opcode with another index of the memo or another length of its frame."""
    if token[:1] in b"qh" and len(token) == 2:
        return token[:1] + bytes([chance.randrange(12)])
    if token[:1] in b"rj" and len(token) == 5:
        return token[:1] + struct.pack("<I", chance.choice([chance.randrange(12), 70000]))
    if token[:1] in b"pg":
        return token[:1] + b"%d\n" % chance.randrange(12)
    if token[:1] == b"\x95" and len(token) == 9:
        length = struct.unpack("<Q", token[1:])[0]
        return b"\x95" + struct.pack("<Q", max(0, length + chance.choice([-length, -7, -2, -1, 1, 2, 9])))
    return token


def mutated(chance, all_seeds):
    tokens = list(chance.choice(all_seeds).tokens)
    if len(tokens) > 60:  # a part, so that mutations meet one another
        first = chance.randrange(len(tokens) - 40)
        tokens = tokens[:3] + tokens[first:first + 40] + tokens[-3:]
    for _ in range(chance.choice([0, 1, 1, 2, 2, 3, 4, 6, 9])):
        at = chance.randrange(len(tokens)) if tokens else 0
        kind = chance.randrange(9)
        if kind <= 2 or not tokens:
            tokens.insert(chance.randrange(len(tokens) + 1), new_token(chance))
        elif kind == 3:
            del tokens[at]
        elif kind == 4:
            tokens.insert(chance.randrange(len(tokens) + 1), tokens[at])
        elif kind == 5:
            other = chance.choice(all_seeds).tokens
            first = chance.randrange(len(other))
            tokens[at:at] = other[first:first + chance.randrange(1, 9)]
        elif kind == 6:
            chosen = [i for i, token in enumerate(tokens) if token[:1] in b"qhrjpg\x95"]
            if chosen:
                at = chance.choice(chosen)
                tokens[at] = remember(chance, tokens[at])
        elif kind == 7:
            other = chance.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif tokens[at]:
            byte = bytearray(tokens[at])
            byte[chance.randrange(len(byte))] ^= 1 << chance.randrange(8)
            tokens[at] = bytes(byte)
    data = b"".join(tokens)
    if chance.random() < 0.05:
        data = data[:chance.randrange(len(data) + 1)]
    return data


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("audit_pickles")
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    all_seeds = seeds()
    auditor = subprocess.Popen([arguments.audit_pickles], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    counts = collections.Counter()
    missed = []
    for _ in range(arguments.count):
        data = mutated(chance, all_seeds)
        auditor.stdin.write(struct.pack("<I", len(data)) + data)
        auditor.stdin.flush()
        expected, ends = imported(data)
        answer = auditor.stdout.readline().decode().split()
        named = {tuple(bytes.fromhex(part) for part in name.split(":")) for name in answer[1:]}
        wanted = {(m.encode("utf-8", "surrogatepass"), n.encode("utf-8", "surrogatepass")) for m, n in expected}
        counts["pickles"] += 1
        counts["read to the end by all unpicklers"] += ends == len(READERS)
        counts["read to the end by some alone"] += 0 < ends < len(READERS)
        counts["with imports"] += bool(wanted)
        counts["imports"] += len(wanted)
        counts["undecided"] += answer[0] == "undecided"
        counts["undecided, though all unpicklers read them"] += answer[0] == "undecided" and ends == len(READERS)
        if wanted - named:
            counts["undecided and without a name that was imported"] += answer[0] == "undecided"
            if answer[0] == "decided":
                missed.append((data, wanted - named))
        counts["decided, with a name that was not imported"] += answer[0] == "decided" and bool(named - wanted)
    auditor.stdin.close()
    for what, count in counts.items():
        print(f"{count:>9} {what}")
    print(f"{len(missed):>9} missed")
    for data, names in missed[:20]:
        print(names, data)
    return 1 if missed or auditor.wait() else 0


if __name__ == "__main__":
    sys.exit(main())
