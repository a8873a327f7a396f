// A JSON object of numbers that marks undefined ones.
#pragma once

#include "analysis/numbers.h"
#include "cli/report.h"
#include "study/quantity.h"

namespace reslens::cli {

/// Writes an undefined number as 0, and lists its name under "undefined".
class NumbersJson {
public:
    void add(const std::string &name, double value) { m_json[name] = value; }
    void add(const std::string &name, Json value) { m_json[name] = std::move(value); }
    void add(const std::string &name, const std::optional<double> &value)
    {
        m_json[name] = value.value_or(0);
        if (!value)
            m_undefined.push_back(name);
    }
    void add(const std::string &name, const analysis::Ratio &ratio)
    {
        add(name, ratio.isDefined ? std::optional(ratio.value) : std::nullopt);
    }
    /// Also writes the number under its name in the previous release.
    void add(const study::Quantity &quantity, const study::BlockFacts &facts)
    {
        add(keyOf(quantity), quantity.of(facts));
        if (!quantity.formerId.empty())
            add(quantity.formerId, quantity.of(facts));
    }
    void addComplaint(const std::string &complaint)
    {
        if (!complaint.empty())
            m_json["complaint"] = complaint;
    }

    Json json()
    {
        if (!m_undefined.empty())
            m_json["undefined"] = m_undefined;
        return std::move(m_json);
    }

private:
    Json m_json = Json::object();
    Json m_undefined = Json::array();
};

} // namespace reslens::cli
