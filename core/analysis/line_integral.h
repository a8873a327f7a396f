// An integral of gradients along a straight line, by trapezoids that know their own error.
#pragma once

#include <vector>

namespace reslens::analysis {

/// Integrates from t = 0 to t = 1. At the nodes, J(t) is known and each element's rate: its component of the gradient
/// times that of the line's direction. The rates sum to J'(t). Elements are integrated by trapezoids.
///
/// Networks of ReLUs have rates that jump. If an element's rate jumps from a to b anywhere in an interval of length h,
/// the trapezoid is off by up to h |b - a| / 2, and by h |b - a| / sqrt(12) on average: that is the element's
/// uncertainty. More is known about the sum of the elements: the integral of J' from t0 to t1 is J(t1) - J(t0). So the
/// interval's own error is exactly J(t1) - J(t0) - h (J'(t0) + J'(t1)) / 2.
class LineIntegral {
public:
    /// Adds a node. Nodes come in any order of t, but never twice. Rates are kept, because a later neighbour changes
    /// their weight.
    void add(double t, double J, std::vector<float> rates);

    /// J at the last node minus J at the first.
    double change() const { return m_nodes.back().J - m_nodes.front().J; }
    /// The sum of the intervals' own errors: the change minus the sum of the trapezoids.
    double error() const;
    /// ‖expected errors‖ / ‖integral‖ over the elements.
    double uncertainty() const;
    /// The middle of the interval that contributes most to the uncertainty. Needs two nodes.
    double worst() const;
    /// The elements' integrals. Each interval's own error is divided among the elements by their uncertainty there, so
    /// the integrals sum to the change, as the true ones do.
    std::vector<double> integrals() const;

private:
    struct Node {
        double t, J, slope;
        double jump = 0; // ‖rates at the next node - rates here‖
        std::vector<float> rates;
    };
    double length(std::size_t interval) const { return m_nodes[interval + 1].t - m_nodes[interval].t; }
    double ownError(std::size_t interval) const; // between node `interval` and the next
    void count(std::size_t interval, double sign);

    std::vector<Node> m_nodes; // by t
    std::vector<double> m_trapezoids;
};

} // namespace reslens::analysis
