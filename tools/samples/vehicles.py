"""A ship, an aeroplane, a car and a truck. Each scene is (scene, camera, target, field of view in degrees)."""
import numpy as np

from raymarch import (F, Scene, Thing, blend_all, box, capsule, cylinder, ellipsoid, fractal, mirrored, mix, noise,
                      placed, smoothstep, turned, union, unit, vec, within)
from scenery import ground, hills, leaves, road, sky, trees


def ship():
    bearing, glow = -24, (-0.75, 0.22, -0.6)

    def hull(p):
        bow = np.clip((p[:, 0] - 2.6) / 2.2, 0, 1)
        stern = np.clip((-p[:, 0] - 3.9) / 1.0, 0, 1)
        half = 0.85 * (1 - bow ** 1.8) * (1 - 0.35 * stern ** 2) + 0.10 * np.clip(p[:, 1], 0, 1)
        deck = 0.75 + 0.45 * bow ** 2
        length_ = np.abs(p[:, 0] + 0.05) - (4.65 + 0.12 * p[:, 1])
        sides = [np.abs(p[:, 2]) - half, p[:, 1] - deck, -p[:, 1] - 0.6, length_]
        return (np.maximum.reduce(sides) * F(0.55)).astype(F)

    def hull_paint(p, n):
        stripe = smoothstep(0.16, 0.18, p[:, 1])
        rim = smoothstep(0.60, 0.62, p[:, 1] - 0.45 * np.clip((p[:, 0] - 2.6) / 2.2, 0, 1) ** 2)
        painted = mix(vec(0.55, 0.07, 0.05), vec(0.05, 0.10, 0.22), stripe)
        return mix(painted, vec(0.85, 0.85, 0.82), rim)

    def house(p):
        masts = union(capsule(p, (-2.9, 2.4, 0), (-2.9, 3.3, 0), 0.035),
                      capsule(p, (4.1, 1.2, 0), (4.15, 2.1, 0), 0.04))
        return union(box(p, (-3.2, 1.15, 0), (0.85, 0.45, 0.72), 0.04),
                     box(p, (-3.2, 1.75, 0), (0.7, 0.3, 0.66), 0.04),
                     box(p, (-3.15, 2.25, 0), (0.5, 0.24, 0.78), 0.04), masts)

    def house_paint(p, n):
        row = np.abs((p[:, 1] - 0.98) % 0.6 - 0.3) < 0.085
        column = np.abs((p[:, 0] + p[:, 2]) % 0.26 - 0.13) < 0.075
        window = row & column & (p[:, 1] < 2.45) & (p[:, 0] < 0) & (np.abs(n[:, 1]) < 0.5)
        return mix(vec(0.9, 0.9, 0.87), vec(0.06, 0.09, 0.13), window)

    def funnel(p):
        return cylinder(p, (-3.75, 2.3, 0), 1, 0.26, 0.55)

    def funnel_paint(p, n):
        return mix(vec(0.75, 0.12, 0.06), vec(0.9, 0.9, 0.9), np.abs(p[:, 1] - 2.45) < 0.12)

    def containers(p):
        return union(box(p, (0.35, 1.05, 0), (2.15, 0.35, 0.74), 0.02),
                     box(p, (-0.4, 1.7, 0), (1.35, 0.32, 0.74), 0.02))

    def container_paint(p, n):
        colours = np.array([[0.6, 0.14, 0.08], [0.1, 0.26, 0.5], [0.75, 0.45, 0.1], [0.16, 0.42, 0.24],
                            [0.7, 0.7, 0.66]], F)
        cell = np.floor((p + vec(9, 0, 9)) / vec(0.72, 0.35, 0.5))
        index = ((cell @ np.array([3, 5, 7])) % 5).astype(int)
        seam = (np.abs((p[:, 0] + 9) % 0.72 - 0.36) > 0.33) | (np.abs(p[:, 1] % 0.35 - 0.175) > 0.16)
        return colours[index] * np.where(seam, 0.45, 1)[:, None].astype(F)

    def waves(points, normals):
        p, n = turned(points, bearing), turned(normals, bearing)
        near = np.exp(-0.03 * np.abs(p[:, 2] - 14))
        at = p[:, [0, 2]] * vec(0.9, 1.5)
        e = F(0.05)
        slope = np.stack([fractal(at + vec(e, 0), 4) - fractal(at - vec(e, 0), 4), np.zeros(len(p)),
                          fractal(at + vec(0, e), 4) - fractal(at - vec(0, e), 4)], -1) / (2 * e)
        bent = unit(n - 0.34 * slope * near[:, None]).astype(F)
        foam = np.exp(-6 * np.clip(hull(p) / 0.55 - 0.05, 0, 9)) * smoothstep(0.35, 0.7, noise(p[:, [0, 2]] * F(6)))
        return mix(vec(0.015, 0.075, 0.12), vec(0.8, 0.85, 0.85), 0.8 * foam), turned(bent, -bearing)

    ball = ((0, 1, 0), 5.4)
    things = [placed(hull, hull_paint, ball, bearing, 0.15), placed(house, house_paint, ball, bearing, 0.1),
              placed(funnel, funnel_paint, ball, bearing, 0.1), placed(containers, container_paint, ball, bearing),
              Thing(ground, waves, 1.0)]
    light = sky((0.12, 0.25, 0.52), (0.95, 0.62, 0.38), glow, (1.0, 0.55, 0.2), 0.42, (0.95, 0.72, 0.6))
    scene = Scene(things, light, (-0.45, 0.42, 0.75), (2.5, 1.85, 1.2), 0.62, 0.006, 300)
    return scene, (0.6, 2.6, 14.6), (0.05, 1.2, 0), 35


def airplane():
    def body(p):
        cabin = capsule(p, (-3.3, 0, 0), (2.9, 0, 0), 0.42)
        tail = capsule(p, (2.6, 0.05, 0), (4.6, 0.32, 0), 0.40, 0.10)
        return blend_all(0.25, cabin, tail, ellipsoid(p, (-3.55, -0.03, 0), (0.85, 0.38, 0.38)))

    def blade(p, root, tip, chords, thickness, axis):
        """A swept wing along `axis` (2: to the sides, 1: upright), its half chord tapering from root to tip."""
        along = (p[:, axis] - root[axis]) / (tip[axis] - root[axis])
        t = np.clip(along, 0, 1)
        centre = vec(*root) + t[:, None] * (vec(*tip) - vec(*root))
        chord = chords[0] + (chords[1] - chords[0]) * t
        flat, span = 3 - axis, abs(tip[axis] - root[axis])
        q = np.stack([np.abs(p[:, 0] - centre[:, 0]) - chord,
                      np.abs(p[:, flat] - centre[:, flat]) - thickness * (1.1 - 0.6 * t),
                      (np.abs(along - 0.5) - 0.5) * span], -1)
        return (np.minimum(q.max(-1), 0) + np.sqrt((np.maximum(q, 0) ** 2).sum(-1)) - 0.02).astype(F) * F(0.7)

    def wings(p):
        q = mirrored(p)
        return union(blade(q, (0.0, -0.14, 0.2), (1.75, 0.22, 4.6), (0.95, 0.28), 0.075, 2),
                     blade(q, (4.05, 0.32, 0.05), (4.75, 0.42, 1.5), (0.45, 0.2), 0.04, 2))

    def fin(p):
        return blade(p, (3.85, 0.25, 0), (4.85, 1.75, 0), (0.75, 0.32), 0.05, 1)

    def engines(p):
        q = mirrored(p)
        return union(cylinder(q, (-0.18, -0.33, 1.5), 0, 0.24, 0.5, 0.1),
                     cylinder(q, (0.58, -0.17, 2.75), 0, 0.2, 0.42, 0.09))

    def body_paint(p, n):
        row = (np.abs(p[:, 1] - 0.10) < 0.055) & (np.abs(p[:, 0]) < 3.0)
        window = row & (np.abs(p[:, 0] % 0.26 - 0.13) < 0.065)
        cockpit = (p[:, 0] < -3.62) & (p[:, 0] > -4.0) & (p[:, 1] > 0.1)
        belly = smoothstep(-0.15, -0.2, p[:, 1])
        stripe = np.abs(p[:, 1] + 0.1) < 0.045
        colour = mix(mix(vec(0.92, 0.93, 0.95), vec(0.5, 0.54, 0.6), belly), vec(0.08, 0.2, 0.55), stripe)
        return mix(colour, vec(0.05, 0.07, 0.1), window | cockpit)

    def local(p):
        """Seen from the aeroplane: it has turned, rolls by 11 degrees and climbs by 7."""
        q = turned(p, -38)
        c, s = np.cos(np.radians(11)), np.sin(np.radians(11))
        rolled = np.stack([q[:, 0], c * q[:, 1] - s * q[:, 2], s * q[:, 1] + c * q[:, 2]], -1)
        c, s = np.cos(np.radians(7)), np.sin(np.radians(7))
        x, y, z = rolled.T
        return np.stack([c * x + s * y, c * y - s * x, z], -1).astype(F)

    at = lambda shape: within(lambda p: shape(local(p)), (0, 0, 0), 5.8)
    things = [Thing(at(body), lambda p, n: body_paint(local(p), n), 0.35),
              Thing(at(wings), (0.72, 0.75, 0.8), 0.25), Thing(at(fin), (0.10, 0.24, 0.62), 0.25),
              Thing(at(engines), (0.6, 0.62, 0.66), 0.4)]
    sun = (-0.3, 0.75, 0.55)
    light = sky((0.10, 0.30, 0.72), (0.62, 0.78, 0.95), sun, (0.3, 0.3, 0.3), 0.44)
    return Scene(things, light, sun, (2.4, 2.3, 2.1), 0.85, 0, 60), (0.4, -2.6, 13.5), (0.25, 0.35, 0), 38


def wheel_things(wheels, radius):
    """Tyres and hubs at (x, z) with the axle along z."""
    def tyres(p):
        return union(*(cylinder(p, (x, radius, z), 2, radius, 0.14, 0.05) for x, z in wheels))

    def hubs(p):
        return union(*(cylinder(p, (x, radius, z), 2, radius * 0.58, 0.16, 0.03) for x, z in wheels))
    return tyres, hubs


def automobile():
    def body(p):
        q = mirrored(p)
        lower = box(p, (0, 0.62, 0), (2.15, 0.30, 0.88), 0.2)
        slope = box(p, (-1.75, 0.72, 0), (0.55, 0.22, 0.82), 0.18)
        roof_half = np.clip(1.12 - 0.62 * (p[:, 1] - 0.9), 0.2, 2)
        sides = [np.abs(p[:, 0] - 0.22) - roof_half, np.abs(p[:, 2]) - (0.80 - 0.22 * (p[:, 1] - 0.9)),
                 p[:, 1] - 1.42, 0.8 - p[:, 1]]
        cabin = np.maximum.reduce(sides) * F(0.8) - F(0.05)
        arches = union(*(cylinder(q, (x, 0.36, 0.8), 2, 0.43, 0.3) for x in (-1.32, 1.32)))
        return np.maximum(blend_all(0.15, lower, slope, cabin.astype(F)), -arches)

    def paint(p, n):
        side = (np.abs(p[:, 2]) > 0.5) & (np.abs(n[:, 2]) > 0.6)
        pillar = (np.abs(p[:, 0] - 0.25) < 0.05)
        height = (p[:, 1] > 0.98) & (p[:, 1] < 1.36)
        roof_half = 1.12 - 0.62 * (p[:, 1] - 0.9)
        glass_side = side & height & ~pillar & (np.abs(p[:, 0] - 0.22) < roof_half - 0.14)
        glass_front = height & ~side & (np.abs(n[:, 0]) > 0.3) & (np.abs(p[:, 2]) < 0.64)
        lamp = (p[:, 0] < -1.95) & (np.abs(p[:, 1] - 0.70) < 0.075) & (np.abs(np.abs(p[:, 2]) - 0.58) < 0.2)
        rear = (p[:, 0] > 2.0) & (np.abs(p[:, 1] - 0.72) < 0.08) & (np.abs(p[:, 2]) > 0.4)
        grille = (p[:, 0] < -1.95) & (np.abs(p[:, 1] - 0.52) < 0.08) & (np.abs(p[:, 2]) < 0.55)
        sill = p[:, 1] < 0.40
        gap = (np.abs(p[:, 0] - 0.25) < 0.012) | (np.abs(p[:, 0] + 0.8) < 0.012)
        door = side & gap & (p[:, 1] > 0.45) & (p[:, 1] < 0.95)
        colour = mix(vec(0.72, 0.035, 0.03), vec(0.03, 0.04, 0.05), glass_side | glass_front | grille | sill | door)
        return mix(mix(colour, vec(1.3, 1.3, 1.2), lamp), vec(0.5, 0.02, 0.02), rear)

    tyres, hubs = wheel_things([(x, z) for x in (-1.32, 1.32) for z in (-0.8, 0.8)], 0.36)
    ball, view, sun = ((0, 0.7, 0), 2.6), 33, (-0.45, 0.8, 0.6)
    things = [placed(body, paint, ball, view, 0.5), placed(tyres, (0.03, 0.03, 0.03), ball, view),
              placed(hubs, (0.6, 0.6, 0.62), ball, view, 0.3), Thing(hills, road), Thing(trees, leaves)]
    light = sky((0.16, 0.36, 0.75), (0.72, 0.83, 0.93), sun, (0.4, 0.4, 0.3), 0.45)
    return Scene(things, light, sun, fog=0.004, far=90), (-0.3, 1.75, 7.4), (-0.05, 0.72, 0), 38


def truck():
    def cab(p):
        body = box(p, (-2.55, 1.35, 0), (0.72, 0.95, 0.98), 0.14)
        bonnet = box(p, (-3.0, 0.85, 0), (0.5, 0.42, 0.94), 0.12)
        roof = box(p, (-2.25, 2.42, 0), (0.4, 0.3, 0.9), 0.2)
        return blend_all(0.1, body, bonnet, roof)

    def cab_paint(p, n):
        front = (n[:, 0] < -0.5) & (p[:, 1] > 1.45) & (p[:, 1] < 2.08) & (np.abs(p[:, 2]) < 0.84)
        side = (np.abs(n[:, 2]) > 0.6) & (np.abs(p[:, 1] - 1.75) < 0.3) & (np.abs(p[:, 0] + 2.62) < 0.48)
        slit = p[:, 1] % 0.12 < 0.075
        grille = slit & (n[:, 0] < -0.5) & (np.abs(p[:, 1] - 0.85) < 0.25) & (np.abs(p[:, 2]) < 0.5)
        lamp = (n[:, 0] < -0.3) & (np.abs(p[:, 1] - 0.72) < 0.1) & (np.abs(np.abs(p[:, 2]) - 0.72) < 0.14)
        bumper = p[:, 1] < 0.56
        colour = mix(vec(0.06, 0.22, 0.55), vec(0.03, 0.04, 0.05), front | side | grille)
        return mix(mix(colour, vec(0.25, 0.25, 0.26), bumper), vec(1.3, 1.25, 1.1), lamp)

    def cargo(p):
        return box(p, (0.95, 1.82, 0), (2.55, 1.22, 1.08), 0.04)

    def cargo_paint(p, n):
        rib = np.where(np.abs(p[:, 0] % 0.5 - 0.25) > 0.235, 0.8, 1.0)[:, None].astype(F)
        band = (np.abs(p[:, 1] - 1.45) < 0.16)
        return mix(vec(0.82, 0.82, 0.8), vec(0.85, 0.42, 0.06), band) * rib

    def frame(p):
        return union(box(p, (0.4, 0.48, 0), (3.0, 0.12, 0.7), 0.03), box(p, (0.3, 0.42, 0.95), (0.6, 0.16, 0.1), 0.03),
                     capsule(p, (-1.72, 0.6, 0.8), (-1.72, 2.7, 0.8), 0.07))

    tyres, hubs = wheel_things([(x, z) for x in (-2.65, 1.75, 2.75) for z in (-0.9, 0.9)], 0.47)
    ball, view, sun = ((0, 1.5, 0), 4.1), 36, (-0.6, 0.7, 0.55)
    things = [placed(cab, cab_paint, ball, view, 0.35), placed(cargo, cargo_paint, ball, view, 0.1),
              placed(frame, (0.08, 0.08, 0.09), ball, view), placed(tyres, (0.03, 0.03, 0.03), ball, view),
              placed(hubs, (0.55, 0.55, 0.57), ball, view, 0.3), Thing(hills, road), Thing(trees, leaves)]
    light = sky((0.14, 0.30, 0.62), (0.85, 0.78, 0.68), sun, (0.6, 0.4, 0.2), 0.5)
    return Scene(things, light, sun, (2.5, 2.05, 1.5), fog=0.004, far=90), (-0.2, 1.9, 10.6), (0.0, 1.35, 0), 38
