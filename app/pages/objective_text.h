// What views are about, in words.
#pragma once

#include <QString>

namespace reslens::session {
class Session;
}

namespace reslens::pages {

/// The class's name, without the synonyms that ImageNet's have; its number where it has none.
QString classText(const session::Session &session, int classIndex);

/// "logit of ship", "log p of ship", "p of ship", "logit of ship − logit of airplane": the session's objective.
QString objectiveText(const session::Session &session);

} // namespace reslens::pages
