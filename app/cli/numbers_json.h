// An object of numbers, which are never silently wrong.
#pragma once

#include "analysis/numbers.h"
#include "cli/report.h"

namespace reslens::cli {

/// A ratio that is not defined is 0, and listed by name under "undefined".
class NumbersJson {
public:
    void add(const std::string &name, double value) { m_json[name] = value; }
    void add(const std::string &name, const analysis::Ratio &ratio)
    {
        m_json[name] = ratio.isDefined ? ratio.value : 0;
        if (!ratio.isDefined)
            m_undefined.push_back(name);
    }
    /// norm_x and rms_x.
    void add(const std::string &name, const analysis::Magnitude &magnitude)
    {
        m_json["norm_" + name] = magnitude.norm;
        m_json["rms_" + name] = magnitude.rms;
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
