"""A frog and a horse. Each scene is (scene, camera, target, field of view in degrees)."""
import numpy as np

from raymarch import (F, Scene, Thing, blend, blend_all, capsule, ellipsoid, fractal, mirrored, mix, noise, placed,
                      smoothstep, sphere, union, vec)
from scenery import hills, leaves, meadow, sky, trees


def frog():
    def body(p):
        q = mirrored(p)
        trunk = blend(ellipsoid(p, (0.35, 0.62, 0), (1.05, 0.52, 0.66)),
                      ellipsoid(p, (-0.65, 0.86, 0), (0.62, 0.42, 0.56)), 0.35)
        lids = sphere(q, (-0.62, 1.22, 0.34), 0.21)
        leg = blend_all(0.12, capsule(q, (0.95, 0.42, 0.5), (0.15, 0.5, 1.05), 0.27, 0.2),
                        capsule(q, (0.15, 0.5, 1.05), (1.1, 0.16, 1.0), 0.18, 0.1),
                        capsule(q, (1.1, 0.14, 1.0), (0.35, 0.07, 1.3), 0.1, 0.07))
        arm = blend(capsule(q, (-0.45, 0.62, 0.5), (-0.42, 0.3, 0.82), 0.17, 0.12),
                    capsule(q, (-0.42, 0.3, 0.82), (-0.75, 0.08, 0.78), 0.12, 0.08), 0.1)
        toes = union(foot(q, (-0.72, 0.08, 0.78), 0.28, 0.0), foot(q, (0.4, 0.07, 1.28), 0.32, 0.06))
        return blend_all(0.12, trunk, lids, leg, arm, toes) * F(0.9)

    def foot(q, ankle, reach, outwards):
        x, y, z = ankle
        return union(*(capsule(q, ankle, (x - reach + 0.04 * abs(toe), 0.05, z + outwards + 0.155 * toe), 0.055, 0.05)
                       for toe in (-1, 0, 1)))

    def paint(p, n):
        spots = smoothstep(0.52, 0.58, fractal(p * F(2.9) + 3, 2)) * smoothstep(0.1, 0.4, n[:, 1])
        belly = smoothstep(0.15, -0.45, n[:, 1]) * (p[:, 1] < 0.8)
        grain = (0.85 + 0.3 * noise(p * F(14)))[:, None]
        back = mix(vec(0.15, 0.29, 0.05), vec(0.03, 0.06, 0.02), spots)
        colour = mix(back, vec(0.75, 0.75, 0.45), belly) * grain
        mouth = (np.abs(p[:, 1] - 0.80 - 0.05 * np.cos(4 * p[:, 2])) < 0.014) & (p[:, 0] < -0.75)
        nostril = np.sqrt((p[:, 0] + 1.17) ** 2 + (p[:, 1] - 0.99) ** 2 + (np.abs(p[:, 2]) - 0.12) ** 2) < 0.035
        return mix(colour, vec(0.03, 0.05, 0.02), mouth | nostril)

    def eyes(p):
        return sphere(mirrored(p), (-0.70, 1.25, 0.40), 0.155)

    def eye_paint(p, n):
        q = mirrored(p) - vec(-0.70, 1.25, 0.40)
        pupil = (q[:, 0] / 0.12) ** 2 + ((q[:, 1] - 0.01) / 0.055) ** 2 < 1
        return mix(vec(0.75, 0.5, 0.08), vec(0.01, 0.01, 0.01), pupil)

    def floor(p):
        return (p[:, 1] - 0.12 * fractal(p[:, [0, 2]] * F(0.9), 3) + 0.06) * F(0.8)

    def floor_paint(p, n):
        earth = mix(vec(0.16, 0.10, 0.06), vec(0.34, 0.25, 0.15), fractal(p[:, [0, 2]] * F(2.5), 4))
        moss = smoothstep(0.5, 0.7, fractal(p[:, [0, 2]] * F(0.7) + 9, 3))
        grain = (0.75 + 0.5 * noise(p[:, [0, 2]] * F(16)))[:, None]
        return mix(earth, vec(0.16, 0.22, 0.07), 0.7 * moss) * grain

    ball, view, sun = ((0, 0.6, 0), 1.9), 38, (-0.35, 0.85, 0.5)
    light = sky((0.20, 0.27, 0.14), (0.30, 0.34, 0.20), sun, (0.2, 0.2, 0.1), 0.3, (0.4, 0.45, 0.3))
    things = [placed(body, paint, ball, view, 0.25), placed(eyes, eye_paint, ball, view, 0.5),
              Thing(floor, floor_paint)]
    return Scene(things, light, sun, fog=0.02, far=60), (-0.4, 2.3, 5.2), (0.05, 0.52, 0), 34


def horse():
    def body(p):
        trunk = blend_all(0.3, ellipsoid(p, (0.0, 1.55, 0), (0.98, 0.44, 0.40)),
                          ellipsoid(p, (0.72, 1.62, 0), (0.52, 0.46, 0.42)),
                          ellipsoid(p, (-0.75, 1.58, 0), (0.45, 0.48, 0.38)))
        neck = capsule(p, (-0.85, 1.75, 0), (-1.45, 2.45, 0), 0.32, 0.19)
        head = blend(ellipsoid(p, (-1.55, 2.52, 0), (0.28, 0.22, 0.17)),
                     capsule(p, (-1.6, 2.48, 0), (-2.02, 2.12, 0), 0.17, 0.115), 0.12)
        ears = union(*(capsule(p, (-1.42, 2.66, z), (-1.40, 2.88, 1.3 * z), 0.06, 0.02) for z in (-0.1, 0.1)))
        legs = [leg(p, (-0.78, 1.38, 0.22), (-1.18, 0.98, 0.22), (-0.98, 0.48, 0.22)),
                leg(p, (-0.72, 1.35, -0.22), (-0.72, 0.75, -0.22), (-0.66, 0.12, -0.22)),
                leg(p, (0.85, 1.35, 0.24), (1.02, 0.80, 0.24), (0.98, 0.12, 0.24)),
                leg(p, (0.8, 1.35, -0.24), (0.72, 0.78, -0.24), (0.62, 0.12, -0.24))]
        return blend_all(0.14, blend_all(0.28, trunk, neck), head, ears, *legs) * F(0.9)

    def leg(p, hip, knee, hoof):
        return blend(capsule(p, hip, knee, 0.21, 0.105), capsule(p, knee, hoof, 0.09, 0.075), 0.08)

    def paint(p, n):
        coat = mix(vec(0.30, 0.13, 0.05), vec(0.42, 0.20, 0.08), fractal(p * F(2.0), 3))
        sock = smoothstep(0.42, 0.34, p[:, 1]) * (p[:, 0] > -0.75)
        lifted = smoothstep(0.52, 0.49, p[:, 1]) * (p[:, 0] < -0.85)
        hoof = np.maximum(smoothstep(0.15, 0.12, p[:, 1]), lifted)
        blaze = (np.abs(p[:, 2]) < 0.05) & (p[:, 0] < -1.6) & (n[:, 0] < -0.2)
        muzzle = smoothstep(-1.92, -2.02, p[:, 0])
        eye = np.sqrt((p[:, 0] + 1.66) ** 2 + (p[:, 1] - 2.53) ** 2) < 0.035
        marked = mix(coat, vec(0.75, 0.72, 0.68), np.maximum(sock, blaze))
        colour = mix(marked, vec(0.10, 0.07, 0.06), np.maximum(muzzle, hoof))
        return mix(colour, vec(0.01, 0.01, 0.01), eye)

    def hair(p):
        wave = 0.02 * np.sin(p[:, 1] * 23 + p[:, 0] * 15)
        mane = union(capsule(p, (-1.38, 2.72, 0), (-0.82, 2.02, 0.03), 0.10, 0.12),
                     capsule(p, (-1.3, 2.5, 0.12), (-0.85, 1.95, 0.17), 0.1))
        tail = blend(capsule(p, (1.18, 1.85, 0), (1.45, 1.55, 0), 0.08, 0.11),
                     capsule(p, (1.45, 1.55, 0), (1.5, 0.75, 0), 0.12, 0.05), 0.08)
        forelock = capsule(p, (-1.45, 2.74, 0), (-1.64, 2.62, 0), 0.06, 0.03)
        return (union(mane, tail, forelock) + wave).astype(F) * F(0.8)

    ball, view, sun = ((-0.2, 1.45, 0), 2.6), 20, (-0.5, 0.8, 0.65)
    things = [placed(body, paint, ball, view, 0.12), placed(hair, (0.035, 0.022, 0.016), ball, view),
              Thing(hills, meadow), Thing(trees, leaves)]
    light = sky((0.16, 0.38, 0.78), (0.74, 0.85, 0.95), sun, (0.4, 0.4, 0.3), 0.42)
    return Scene(things, light, sun, fog=0.004, far=90), (-0.25, 1.75, 7.4), (-0.2, 1.5, 0), 30
